"""How many times slower than usual this machine is. Every time allowance that can decide a verdict is scaled by it.

Emulated machines are ten to fifty times slower than the ones that the allowances were chosen on; a small board is
three times slower. What a learner's work needs there must not end as "too slow". Standard library only.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import time

# An interpreter's start: a fork, an exec, page faults and computing, as builds and containers are made of.
_WORK = [sys.executable, "-I", "-S", "-c", "pass"]
USUAL_SECONDS = 0.012  # of that, on two cores of a server from 2023
TRIES = 8  # the fastest counts: other work on the machine must not look like a slow machine
NOTICED = 2.5  # below this the allowances, which are generous, need no scaling
SLOWEST = 40.0


@functools.cache
def factor() -> float:
    """What `measured` found when this process first asked."""
    return measured()


def measured() -> float:
    """1.0 on a usual machine, at most SLOWEST. SLIPWAY_PACE sets it instead. ValueError: that is not a number."""
    given = os.environ.get("SLIPWAY_PACE", "").strip()
    if given:
        return min(max(float(given), 1.0), SLOWEST)
    factor = min(_once() for _ in range(TRIES)) / USUAL_SECONDS
    return round(min(factor, SLOWEST), 1) if factor >= NOTICED else 1.0


def _once() -> float:
    begun = time.perf_counter()
    subprocess.run(_WORK, check=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - begun
