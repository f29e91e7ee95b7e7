"""When labs are going to open: measured on two quiet cores, corrected by how fast this machine is so far."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

SETUP, SANDBOX, CANARIES, ATTACKS = 85.0, 8.0, 14.0, 60.0  # seconds of each stage
LEAST_SHARE = 0.1  # before that much is over, the pace says nothing
SLOWEST, FASTEST = 8.0, 0.5


@dataclass(slots=True)
class Estimate:
    """One stage that takes `expected` seconds, with `behind` seconds of other stages after it."""

    expected: float
    behind: float
    begun: float = field(default_factory=time.monotonic)

    def opens_at(self, share: float) -> float:
        """Seconds since 1970, when `share` of this stage (0 to 1) is over."""
        elapsed, pace = time.monotonic() - self.begun, 1.0
        if share >= LEAST_SHARE:
            pace = min(SLOWEST, max(FASTEST, elapsed / (self.expected * share)))
        return time.time() + pace * ((1.0 - share) * self.expected + self.behind)


def whole(*, is_set_up: bool) -> float:
    """Seconds from the start to open labs."""
    return (0.0 if is_set_up else SETUP) + SANDBOX + CANARIES + ATTACKS
