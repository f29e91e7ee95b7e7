"""`python -m tests.mutations.serve`: a supervisor with one slot, switches off, in a network namespace of its own.

A slot that shares its network sees this one: an address that stands for the outside, and nothing else. The machine's
own interfaces and firewall are out of reach whatever is switched off.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from sandbox.engine import supervisor
from sandbox.engine.paths import Layout
from sandbox.engine.provision import golden
from sandbox.engine.provision.all import IMAGES
from sandbox.engine.provision.catalogue import images
from sandbox.engine.slot import Slot
from tests.mutations.switches import SWITCHES

OUTSIDE = "203.0.113.1"  # set aside for documentation; here the only address but the loopback's
OUTSIDE_PORT = 8099

BASES = ("debian:12-slim", "python:3.11-slim")  # what attacks and canaries build on; all of them would take minutes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--assets", type=Path, required=True)
    parser.add_argument("--switch", action="append", default=[], choices=list(SWITCHES))
    parser.add_argument("--golden", action="store_true", help="make the golden data root first, with all that is off")
    options = parser.parse_args()
    if os.readlink("/proc/self/ns/net") == os.readlink(f"/proc/{os.getppid()}/ns/net"):
        sys.exit("a mutated slot may share this network, so it must not be the machine's own")
    _make_outside()
    layout = Layout(options.var)
    for name in options.switch:
        SWITCHES[name]()
    vars(supervisor)["Slot"] = vars(golden)["Slot"] = partial(Slot, assets=options.assets)
    if options.golden:
        golden.make(layout, [image for image in images(IMAGES) if image.name in BASES])

    async def serve() -> None:
        await supervisor.Supervisor(layout, 1, 0, 0).run()

    asyncio.run(serve())


def _make_outside() -> None:
    """A bridge without ports, since every engine needs those anyway, and somebody who answers at its address."""
    for words in (
        "link set lo up",
        "link add outside type bridge",
        f"address add {OUTSIDE}/24 dev outside",
        "link set outside up",
    ):
        subprocess.run(["ip", *words.split()], check=True)
    server = socket.create_server((OUTSIDE, OUTSIDE_PORT))
    threading.Thread(target=_answer, args=(server,), daemon=True).start()


def _answer(server: socket.socket) -> None:
    while True:
        server.accept()[0].close()


if __name__ == "__main__":
    main()
