"""`python -m sandbox.engine --slots N --uid U --gid G`: the supervisor, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from sandbox import door
from sandbox.engine.entry import begin
from sandbox.engine.paths import Layout, layout
from sandbox.engine.supervisor import Supervisor


def main() -> None:
    begin()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", type=Path, default=None, help="the installation's var/ (default: the project's)")
    parser.add_argument("--slots", type=int, default=os.cpu_count() or 1, help="engines to keep (default: one a core)")
    parser.add_argument("--uid", type=int, default=0, help="user that may use the control socket")
    parser.add_argument("--gid", type=int, default=0, help="group that may use the engines' sockets")
    parser.add_argument("--check", action="store_true", help="exit 0 when a supervisor answers and a slot can be had")
    options = parser.parse_args()
    if options.check:
        sys.exit(0 if _is_well(layout(options.var)) else 1)

    async def serve() -> None:
        await Supervisor(layout(options.var), options.slots, options.uid, options.gid).run()

    asyncio.run(serve())


def _is_well(place: Layout) -> bool:
    found = door.status(place.control)
    return found is not None and any(slot["state"] in {"free", "leased", "cleaning"} for slot in found["slots"])


if __name__ == "__main__":
    main()
