"""`manage.py sandbox check`: the canaries. `manage.py sandbox test`: attacks, on this machine as it is set up.

Exit 0 when all hold, 1 when one does not, 2 for an unknown case, 3: our own fault or no database; not all was tried.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from labs import gate
from labs.hostile.kinds import KINDS
from labs.hostile.submission import everyday
from labs.models import SandboxProof
from labs.running import supervisor
from sandbox import canaries, door
from sandbox.canaries.trying import Tried, try_all
from sandbox.errors import SandboxError
from sandbox.hostile import cases, results, runner
from sandbox.hostile.cases import Case, CaseError
from sandbox.hostile.results import Result
from sandbox.hostile.runner import Ground


class Command(BaseCommand):
    help = "Try on this machine what grades and safety rest on."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("check", help="the canaries: a few seconds")
        test = actions.add_parser("test", help="attacks: about a minute, the whole corpus with --all")
        test.add_argument("--all", action="store_true", help="every case, not only the core")
        test.add_argument("--family", choices=list(cases.FAMILIES), help="every case of one family")
        test.add_argument("--case", metavar="ID", help="one case, as its folder is called: build/fork-bomb")
        test.add_argument(
            "--unless-proven", action="store_true", help="try nothing where the sandbox is proven as it is"
        )
        test.add_argument("--json", action="store_true", help="print the report as JSON")
        actions.add_parser("known", help="take a report from standard input that an earlier `test --json` printed")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            held = {"check": self._check, "test": self._test, "known": self._known}[action](**options)
        except SandboxError as error:
            self.stderr.write(f"⚙ The sandbox could not be tried: {error}")
            sys.exit(3)
        if not held:
            sys.exit(1)

    def _check(self, **options: Any) -> bool:
        total, done = len(canaries.CANARIES), 0

        def tell(tried: Tried) -> None:
            nonlocal done
            done += 1
            self.stdout.write(f"✕ {tried.name}: {tried.finding}" if tried.finding else f"✓ {tried.name}")
            self.stderr.write(f"{done}/{total} {tried.name}", lambda text: text)

        with supervisor() as control:
            return not any(tried.finding for tried in try_all(control, canaries.CANARIES, tell))

    def _known(self, **options: Any) -> bool:
        report = json.load(sys.stdin)
        gate.store(report, whole=False)
        return bool(report["total"] == report["contained"])

    def _test(self, *, all: bool, family: str | None, case: str | None, json: bool, **options: Any) -> bool:  # noqa: A002
        _require_database()
        if options.get("unless_proven") and self._is_proven():
            return True
        try:
            chosen = _chosen(cases.load_all(), everything=all, family=family, case=case)
        except CaseError as error:
            raise CommandError(str(error), returncode=2) from error
        with supervisor() as control:
            ground = Ground(control, everyday, _place_for_secrets())
            found = runner.run(chosen, KINDS, ground, _Progress(self, len(chosen)))
            status = door.status(control)
        report = results.as_json(found, str(status["fingerprint"]) if status else "")
        gate.store(report, whole=all, part=bool(family or case))
        self._show(found, report, as_json=json)
        return all_contained(found)

    def _is_proven(self) -> bool:
        with supervisor() as control:
            fingerprint = gate.look(control)
        return bool(fingerprint) and gate.seen(fingerprint)

    def _show(self, found: Sequence[Result], report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, indent=1, ensure_ascii=False))
        else:
            self.stdout.write(f"\n{results.table(found)}\n\n{results.summary(found)}")


class _Progress:
    """A line a case on standard error, as it ends."""

    def __init__(self, command: Command, total: int) -> None:
        self._command, self._total, self._done = command, total, 0

    def __call__(self, result: Result) -> None:
        self._done += 1
        self._command.stderr.write(f"{self._done}/{self._total} {results.line(result)}", lambda text: text)


def _require_database() -> None:
    """Fail before the attacks, not after them, when their report could not be kept."""
    try:
        SandboxProof.objects.exists()
    except DatabaseError as error:
        todo = "Start Slipway once with `make run`, or run `manage.py migrate`, and try again."
        raise CommandError(f"The database is missing or has no tables yet: {error}. {todo}", returncode=3) from error


def _place_for_secrets() -> Path | None:
    """Beside the database, where a confined worker may write and the whole machine sees the same files."""
    place: Path = settings.VAR / "db"
    return place if os.access(place, os.W_OK) else None


def all_contained(found: Sequence[Result]) -> bool:
    return bool(found) and all(result.contained for result in found)


def _chosen(known: Sequence[Case], *, everything: bool, family: str | None, case: str | None) -> list[Case]:
    if case:
        chosen = [one for one in known if one.id == case]
        if not chosen:
            raise CommandError(f"no case is called “{case}”", returncode=2)
        return chosen
    if family:
        return [one for one in known if one.family == family]
    return [one for one in known if everything or one.core]
