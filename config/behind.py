"""`python -m config.behind`: what slots are made from, made behind the web server, with its progress for the pages.

The runner starts it in namespaces of its own, so that it ends with everything that it began, mounts included.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from config import estimate, installing
from config.estimate import Estimate
from sandbox import start
from sandbox.engine.entry import begin
from sandbox.engine.paths import layout
from sandbox.engine.provision.parts import Progress
from sandbox.start import Start

NOT_SET_UP = "The sandbox could not be set up on this machine."
SEE_LOG = "The operator can read what failed in var/log/setup.log."
START_AGAIN = "Fix it, then stop Slipway and start it again."
DETAIL_CHARACTERS = 2000


def main() -> int:
    begin()
    place = layout()
    signal.signal(signal.SIGTERM, _end_all)
    signal.signal(signal.SIGINT, _end_all)
    guess = Estimate(estimate.SETUP, estimate.SANDBOX + estimate.CANARIES + estimate.ATTACKS)

    def tell(now: Progress) -> None:
        start.write(
            place.var,
            Start(start.SETUP, ", ".join(now.making), now.done, now.total, guess.opens_at(now.share)),
        )

    try:
        installing.install_for_the_engine(tell)
    except installing.Stopped as error:
        print(f"setup: {error}", file=sys.stderr, flush=True)
        todo = f"{error.todo} {SEE_LOG} {START_AGAIN}".strip()
        start.write(
            place.var, Start(start.FAILED, finding=NOT_SET_UP, todo=todo, detail=str(error)[:DETAIL_CHARACTERS])
        )
        return 1
    return 0


def _end_all(number: int, frame: FrameType | None) -> None:
    """As the first process of its namespace: end what was started here, so that each part puts its work away."""
    if os.getpid() == 1:
        os.kill(-1, signal.SIGTERM)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
