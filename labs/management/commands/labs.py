"""`manage.py labs test [SLUG…] [--repeat N]`: prove labs on the real engine.

`labs new SLUG` begins a lab, `labs schema` prints what editors want to know of `lab.toml`.
Exit status: 0 proven or made, 1 not proven, 2 unknown lab or a slip in its folder, 3 platform error.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labs import proof, proving, running, scaffolding, specs
from labs.errors import SpecError
from labs.proof import Case, Result
from labs.report import SIGNS
from labs.specs import Lab
from sandbox.errors import SandboxError


class Command(BaseCommand):
    help = "Prove labs: starter, solution, alternatives and mutants are graded as the folder says."
    requires_system_checks: list[str] = []  # they would need the database, which a proof does not

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        test = verbs.add_parser("test", help="run every case of the labs, and judge")
        test.add_argument("slugs", nargs="*", metavar="SLUG", help="all labs when none is named")
        test.add_argument("--repeat", type=int, default=1, metavar="N", help="runs of each case; none may differ")

        new = verbs.add_parser("new", help="begin a lab: a folder that already passes its own proof")
        new.add_argument("slug", metavar="SLUG", help="its name in addresses: small letters, digits, hyphens")
        new.add_argument("--title", default="", help="as learners read it; made from SLUG when left out")
        verbs.add_parser("schema", help="print the JSON Schema of lab.toml, as labs/lab.schema.json holds it")

    def handle(self, *, verb: str, **options: Any) -> None:
        if verb == "new":
            self._new(options["slug"], options["title"])
        elif verb == "schema":
            self.stdout.write(scaffolding.schema_text(), ending="")
        else:
            self._test(options["slugs"], options["repeat"])

    def _new(self, slug: str, title: str) -> None:
        try:
            folder = scaffolding.new(slug, title)
        except SpecError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            f"{folder} is a lab. `manage.py labs test {slug}` proves it; docs/authoring.md says how to go on."
        )

    def _test(self, slugs: Sequence[str], repeat: int) -> None:
        if repeat < 1:
            raise CommandError("--repeat takes a number of at least 1", returncode=2)
        labs = _labs(slugs)
        try:
            cases = [case for lab in labs.values() for case in proof.cases(lab)]
        except SpecError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            results = self._run(labs, cases, repeat)
        except Exception as error:  # a bug of ours proves nothing either
            if not isinstance(error, SandboxError):
                traceback.print_exc()
            raise CommandError(f"Our machine failed, nothing is proven: {error}", returncode=3) from error
        shown = [self._show(lab, [r for r in results if r.case.slug == lab.slug]) for lab in labs.values()]
        if wrong := [text for told in shown for text in told]:  # last, where a log that was cut off still has it
            self.stdout.write("\n  ".join(["\nNot proven:", *wrong]))
            sys.exit(1)

    def _run(self, labs: dict[str, Lab], cases: Sequence[Case], repeat: int) -> list[Result]:
        lock, done, total = threading.Lock(), 0, len(cases) * repeat

        def tell(result: Result) -> None:
            nonlocal done
            with lock:
                done += 1
                wrong = proof.complaints(labs[result.case.slug], result)
                seconds = result.grade.timings.total
                told = f"{'✕' if wrong else '✓'} {result.case.slug} {result.case.name} {seconds:.1f} s"
                self.stderr.write("\n      ".join([f"{done}/{total} {told}", *wrong]), lambda s: s)

        with running.supervisor(proving.SLOTS) as control:
            return proving.prove(labs, cases, control, repeat=repeat, tell=tell)

    def _show(self, lab: Lab, results: Sequence[Result]) -> list[str]:
        """The matrix of checks and cases, and what is wrong, which is also returned; nothing when it is proven."""
        told = proof.verdict(lab, results)
        self.stdout.write(f"\n{lab.slug} v{lab.version}")
        for number, check in enumerate(lab.checks, 1):
            self.stdout.write(f"  {number:>2}  {check.id}")
        width = max(len(case.name) for case in told)
        numbers = " ".join(f"{number:>2}" for number in range(1, len(lab.checks) + 1))
        self.stdout.write(f"  {'':{width}}  {numbers}  points  seconds")
        for case, words in told.items():
            runs = [r for r in results if r.case == case]
            self.stdout.write(f"  {case.name:{width}}  {_row(lab, runs)}  {'✕' if words else '✓'}")
            for text in words:
                self.stdout.write(f"      {text}")
        killed = proof.killed(results)
        survivors = [f"no mutant failed {check.id}" for check in lab.checks if check.id not in killed]
        for survivor in survivors:
            self.stdout.write(f"  {survivor}")
        wrong = [f"{lab.slug} {case.name}: {text}" for case, words in told.items() for text in words]
        wrong += [f"{lab.slug}: {survivor}" for survivor in survivors]
        self.stdout.write(f"  {'Not proven' if wrong else 'Proven'}: {len(results)} runs")
        return wrong


def _row(lab: Lab, runs: Sequence[Result]) -> str:
    """Of the first run; flips are told below the row."""
    first = runs[0]
    signs = " ".join(f"{SIGNS[first.statuses[check.id]]:>2}" for check in lab.checks)
    slowest = max(run.grade.timings.total for run in runs)
    return f"{signs}  {first.grade.points:>6g}  {slowest:>7.1f}"


def _labs(slugs: Sequence[str]) -> dict[str, Lab]:
    try:
        known = specs.catalogue()
    except SpecError as error:
        raise CommandError(str(error), returncode=2) from error
    for slug in slugs:
        if slug not in known:
            raise CommandError(f"no lab is called “{slug}”; there are {', '.join(known)}", returncode=2)
    return {slug: lab for slug, lab in known.items() if not slugs or slug in slugs}
