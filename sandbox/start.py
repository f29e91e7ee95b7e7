"""How far the start of this installation is: the runner writes it into one small file, and pages read it."""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "start.json"
SETUP, SANDBOX, CANARIES, ATTACKS, OPEN, FAILED = "setup", "sandbox", "canaries", "attacks", "open", "failed"


@dataclass(frozen=True, slots=True)
class Start:
    """`done` of `total` steps of a stage are over; `opens_at` estimates when labs open, in seconds since 1970.

    `finding` and `todo` are sentences for every reader; `detail` is for operators and instructors.
    """

    stage: str
    doing: str = ""
    done: int = 0
    total: int = 0
    opens_at: float = 0.0
    finding: str = ""
    todo: str = ""
    detail: str = ""

    @property
    def runs(self) -> bool:
        """Labs are going to open without anybody's help."""
        return self.stage not in {OPEN, FAILED}

    def seconds_left(self) -> float:
        return max(0.0, self.opens_at - time.time())


def write(var: Path, start: Start) -> None:
    """Replace the file at once, readable by the web server's user: no reader sees half of it."""
    draft = var / f"{FILE}.{os.getpid()}"
    draft.write_text(json.dumps(asdict(start)), "utf-8")
    draft.chmod(0o644)
    draft.rename(var / FILE)


def read(var: Path) -> Start | None:
    """None where no runner has written one: in containers, or in an installation that does not run."""
    try:
        return Start(**json.loads((var / FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remove(var: Path) -> None:
    with contextlib.suppress(OSError):
        (var / FILE).unlink()
