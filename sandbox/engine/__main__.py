"""`python -m sandbox.engine --slots N --uid U --gid G`: the supervisor, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

from sandbox.engine.paths import layout
from sandbox.engine.supervisor import Supervisor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", type=Path, default=None, help="the installation's var/ (default: the project's)")
    parser.add_argument("--slots", type=int, default=os.cpu_count() or 1, help="engines to keep (default: one a core)")
    parser.add_argument("--uid", type=int, default=0, help="user that may use the control socket")
    parser.add_argument("--gid", type=int, default=0, help="group that may use the engines' sockets")
    options = parser.parse_args()

    async def serve() -> None:
        await Supervisor(layout(options.var), options.slots, options.uid, options.gid).run()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
