"""`python -m config.web`: the web server. One process per core shares one socket; the first one only watches them.

SLIPWAY_WEB_PROCESSES sets their number. The application is loaded once, before the fork, so that further processes
start faster and share its memory. A process that dies is replaced. SIGTERM or SIGINT ends all of them after their
last answers.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import time
from types import FrameType

import uvicorn

from config import env
from config.patience import PatientProtocol
from sandbox.engine.lifetime import end_with_parent

GRACE_SECONDS = 3  # for answers that are being sent; a stream of events ends after it
AGAIN_SECONDS = 1.0  # between the death of a process and its replacement


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    number = env.number("SLIPWAY_WEB_PROCESSES", os.cpu_count() or 1, least=1)
    from config.asgi import application  # noqa: PLC0415  # a wrong option is refused before Django loads

    config = uvicorn.Config(
        application,
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        http=PatientProtocol,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    listener = config.bind_socket()
    if number == 1:
        uvicorn.Server(config).run(sockets=[listener])
        return 0
    return Watcher(config, listener, number).run()


class Watcher:
    """Keeps `number` processes serving. As the first process of its namespace it also reaps orphans."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, number: int) -> None:
        self.config, self.listener, self.number = config, listener, number
        self.children: dict[int, float] = {}  # pid → when it began
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for _ in range(self.number):
            self._start()
        while self.children:
            try:
                pid, _ = os.wait()
            except ChildProcessError:
                break
            begun = self.children.pop(pid, None)
            if begun is None or self.stopping:
                continue
            print(f"web process {pid} ended; starting another one", file=sys.stderr, flush=True)
            time.sleep(max(0.0, AGAIN_SECONDS - (time.monotonic() - begun)))
            if not self.stopping:
                self._start()
        return 0

    def _start(self) -> None:
        watcher = os.getpid()
        pid = os.fork()
        if pid:
            self.children[pid] = time.monotonic()
            if self.stopping:  # the signal came between the fork and this line
                os.kill(pid, signal.SIGTERM)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        end_with_parent()
        if os.getppid() != watcher:  # it died before this one could be tied to it
            os._exit(1)
        status = 1
        try:
            uvicorn.Server(self.config).run(sockets=[self.listener])
            status = 0
        finally:
            os._exit(status)  # nothing of the watcher's is put away twice

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        for pid in list(self.children):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue


if __name__ == "__main__":
    sys.exit(main())
