"""A slot by hand: what `labs.work` sees of the sandbox, without one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sandbox import door
from sandbox.door import Slot


@dataclass
class Control:
    """Stands for the connection to the supervisor."""

    closed: threading.Event = field(default_factory=threading.Event)

    def close(self) -> None:
        self.closed.set()


class Slots:
    """Leases one slot after another and remembers them."""

    def __init__(self) -> None:
        self.leased: list[Slot] = []

    @contextmanager
    def __call__(self) -> Iterator[Slot]:
        nowhere = Path("/nonexistent")
        slot = Slot(cast("door.Control", Control()), "slot1", "/nonexistent", nowhere, nowhere, "test")
        self.leased.append(slot)
        yield slot
