"""`manage.py examples measure [NAME…]`: build both sides of the lessons' examples, and store the figures of the page.

Exit status: 0 measured and stored, 1 something could not be measured, 2 unknown example, 3 platform error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labs import running, trials
from labs.errors import SpecError
from labs.measuring import NotMeasured
from lessons import content, examples
from lessons.examples import Example
from sandbox import door
from sandbox.errors import SandboxError

WAIT_SECONDS = 600.0


class Command(BaseCommand):
    help = "Measure the lessons' worked examples on the engine."
    requires_system_checks: list[str] = []  # they would need the database, which this does not

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        measure = verbs.add_parser("measure", help="build, measure and store")
        measure.add_argument("names", nargs="*", metavar="NAME", help="examples; all when none is named")

    def handle(self, *, names: Sequence[str], **options: Any) -> None:
        folders = {slug: content.COURSE / slug / "examples" for slug in content.slugs()}
        found = {slug: examples.load(folder) for slug, folder in folders.items()}
        known = {name for lesson in found.values() for name in lesson}
        if unknown := set(names) - known:
            raise CommandError(f"no example is called {', '.join(sorted(unknown))}", returncode=2)
        try:
            with running.supervisor() as control:
                done = [self._lesson(folders[slug], lesson, names, control) for slug, lesson in found.items()]
        except SandboxError as error:
            raise CommandError(f"Our machine failed, nothing more is measured: {error}", returncode=3) from error
        if not all(done):
            sys.exit(1)

    def _lesson(self, folder: Path, lesson: Mapping[str, Example], names: Sequence[str], control: Path) -> bool:
        path = folder / examples.STORED
        stored: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        stored = {name: one for name, one in stored.items() if name in lesson}
        good = True
        for name, example in lesson.items():
            if names and name not in names:
                continue
            try:
                stored[name] = trials.kept(example, {side: _side(example, side, control) for side in examples.SIDES})
            except (NotMeasured, SpecError) as error:
                good = False
                self.stdout.write(f"✕ {name}: {error}")
                continue
            for id, values in stored[name]["figures"].items():  # noqa: A001  # the measure's id
                self.stdout.write(f"✓ {name} {id}: bad {values['bad']:g}, good {values['good']:g}")
        if lesson:
            path.write_text(json.dumps(dict(sorted(stored.items())), indent=1) + "\n", "utf-8")
        return good


def _side(example: Example, side: str, control: Path) -> tuple[dict[str, float], str]:
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        return trials.measure(slot, example, side)
