"""`manage.py sandbox check`: the canaries, on this machine. Exit 0 when all hold, 1 when one does not, 3: our fault."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from labs.running import supervisor
from sandbox import canaries, door
from sandbox.errors import SandboxError


class Command(BaseCommand):
    help = "Try on this machine what grades and safety rest on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["check"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with supervisor() as control, door.lease(control, wait=60) as slot:
                bad = [canary for canary in canaries.CANARIES if self._try(slot, canary)]
                slot.tainted = True  # canaries leave more behind than a submission may
        except SandboxError as error:
            self.stderr.write(f"⚙ The sandbox could not be tried: {error}")
            sys.exit(3)
        if bad:
            sys.exit(1)

    def _try(self, slot: door.Slot, canary: Callable[[door.Slot], str]) -> str:
        """The canary's sentence, "" when what it tries holds."""
        sentence, name = canary(slot), canary.__name__.replace("_", " ")
        self.stdout.write(f"✕ {name}: {sentence}" if sentence else f"✓ {name}")
        return sentence
