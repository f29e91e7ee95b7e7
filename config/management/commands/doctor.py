"""`manage.py doctor [--json]`: what this machine has, what is missing, what to do.

Exit 0 when labs can open, 1 otherwise.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import doctor
from config.answers import Answer

SIGNS = {True: "✓", False: "✕", None: "·"}


class Command(BaseCommand):
    help = "Say what this machine has, what is missing and what to do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the answers as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = doctor.examine()
        can_open = doctor.labs_can_open(answers)
        if options["json"]:
            said = {"labs_can_open": can_open, "answers": [asdict(answer) for answer in answers]}
            self.stdout.write(json.dumps(said, indent=1, ensure_ascii=False))
        else:
            self._print(answers, can_open=can_open)
        if not can_open:
            sys.exit(1)

    def _print(self, answers: list[Answer], *, can_open: bool) -> None:
        for answer in answers:
            self.stdout.write(f"{SIGNS[answer.ok]} {answer.name:<16} {answer.found}")
            if answer.todo:
                self.stdout.write(f"  {'':<16} → {answer.todo}")
        self.stdout.write("\nLabs can open here." if can_open else "\nLabs cannot open here; see the lines with ✕.")
