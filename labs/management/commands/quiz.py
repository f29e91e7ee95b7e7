"""`manage.py quiz verify [ID…] [--write]`: run every predict question on the real engine.

The stored answer must be what happens. `--write` stores what happened, after a question was written or changed.
Exit status: 0 all as stored, 1 a stored answer is not what happened, 2 unknown question, 3 platform error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labs import running, trials
from labs.measuring import NotMeasured
from lessons import content
from lessons.quiz import loading
from lessons.quiz.questions import Question
from sandbox import door
from sandbox.errors import SandboxError

WAIT_SECONDS = 600.0


class Command(BaseCommand):
    help = "Run the experiments of predict questions on the engine, and compare with the stored answers."
    requires_system_checks: list[str] = []  # they would need the database, which this does not

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="run them, and compare")
        verify.add_argument("ids", nargs="*", metavar="ID", help="questions; all when none is named")
        verify.add_argument("--write", action="store_true", help="store what happened")

    def handle(self, *, ids: Sequence[str], write: bool, **options: Any) -> None:
        wrong = 0
        known: set[str] = set()
        try:
            with running.supervisor() as control:
                for slug in content.slugs():
                    folder = content.COURSE / slug / "quiz"
                    asked = [one for one in _predictions(folder) if not ids or one.id in ids]
                    known |= {one.id for one in asked}
                    wrong += self._verify(folder / "measured.json", asked, control, write=write)
        except SandboxError as error:
            raise CommandError(f"Our machine failed, nothing is verified: {error}", returncode=3) from error
        if unknown := set(ids) - known:
            raise CommandError(f"no predict question is called {', '.join(sorted(unknown))}", returncode=2)
        if wrong and not write:
            sys.exit(1)

    def _verify(self, path: Path, asked: Sequence[Question], control: Path, *, write: bool) -> int:
        """How many stored answers were not what happened."""
        stored: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        wrong = 0
        for question in asked:
            for key, trial in trials.trials(question):
                with door.lease(control, wait=WAIT_SECONDS) as slot:
                    try:
                        happened, engine = trials.try_out(slot, key, trial)
                    except NotMeasured as error:
                        wrong += 1
                        self.stdout.write(f"✕ {key}: {error}")
                        continue
                said = stored.get(key, {}).get("answer")
                wrong += said != happened
                self.stdout.write(f"{'✓' if said == happened else '✕'} {key}: “{happened}”{_stored(said, happened)}")
                stored[key] = {"answer": happened, "engine": engine}
        if write and asked:
            there = {key for one in _predictions(path.parent) for key, _ in trials.trials(one)}
            stored = {key: one for key, one in stored.items() if key in there}
            path.write_text(json.dumps(dict(sorted(stored.items())), indent=1, ensure_ascii=False) + "\n", "utf-8")
        return wrong


def _predictions(folder: Path) -> list[Question]:
    """Read without the stored answers: those that are missing or wrong are what this command is for."""
    return [one for one in loading.load(folder, None) if one.type == "predict"]


def _stored(said: str | None, happened: str) -> str:
    return "" if said == happened else f", stored is {'nothing' if said is None else f'“{said}”'}"
