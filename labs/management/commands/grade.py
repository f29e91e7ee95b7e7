"""`manage.py grade SLUG DIR [--json]`: grade one folder without web, database or broker.

Exit status: 0 passed, 1 graded and not passed, 2 unknown lab or unreadable folder, 3 platform error.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labs import files, report, running, specs
from labs.contract import to_text
from labs.errors import SpecError
from labs.grading import Grade, platform_error_json, to_json
from labs.specs import Lab
from sandbox import door
from sandbox.errors import SandboxError
from sandbox.logs import visible

WAIT_SECONDS = 600.0  # for a free slot, behind the submissions of others
PASSED, NOT_PASSED, UNREADABLE, PLATFORM = 0, 1, 2, 3


class Command(BaseCommand):
    help = "Grade a folder of files as a submission to a lab, on the real engine."
    requires_system_checks: list[str] = []  # they would need the database, which grading does not

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the lab, as its folder is called: layer-caching")
        parser.add_argument("folder", type=Path, metavar="DIR", help="where the learner's files are")
        parser.add_argument("--json", action="store_true", help="print the grade as JSON")

    def handle(self, *, slug: str, folder: Path, json: bool, **options: Any) -> None:
        lab = _lab(slug)
        try:
            submitted, ignored = files.read_all(lab, folder)
        except OSError as error:
            raise CommandError(f"{folder} cannot be read: {error.strerror}", returncode=UNREADABLE) from error
        if ignored:
            names = ", ".join(name.encode("unicode_escape").decode() for name in ignored)
            self.stderr.write(f"Ignored, the lab does not take them: {names}")
        try:
            grade = self._grade(lab, submitted)
        except Exception as error:  # a bug of ours ends with 3 as well: 1 would be a grade
            if not isinstance(error, SandboxError):
                traceback.print_exc()
            self._platform(lab, visible(str(error) or type(error).__name__), json=json)
            sys.exit(PLATFORM)
        self.stdout.write(to_text(to_json(grade)) if json else report.text(grade))
        sys.exit(PASSED if grade.passed else NOT_PASSED)

    def _grade(self, lab: Lab, submitted: files.Submitted) -> Grade:
        if submitted.problems:
            return running.refused(lab, submitted.problems)
        with running.supervisor() as control, door.lease(control, wait=WAIT_SECONDS) as slot:
            return running.grade_in(slot, lab, submitted.files, self._tell)

    def _tell(self, event: Mapping[str, Any]) -> None:
        line = report.progress(event)
        if line:
            self.stderr.write(line, self.style.NOTICE if self.stderr.isatty() else None)

    def _platform(self, lab: Lab, message: str, *, json: bool) -> None:
        self.stderr.write(f"Our machine failed; no attempt used. {message}")
        if json:
            self.stdout.write(to_text(platform_error_json(lab, message)))


def _lab(slug: str) -> Lab:
    try:
        known = specs.catalogue()
    except SpecError as error:
        raise CommandError(str(error), returncode=UNREADABLE) from error
    if slug not in known:
        raise CommandError(f"no lab is called “{slug}”; there are {', '.join(known)}", returncode=UNREADABLE)
    return known[slug]
