"""`python -m config.healthcheck web|worker|beat`: what a container's health check asks. Exit status 0: well."""

from __future__ import annotations

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

BEAT_SECONDS = 120  # the schedule is written down at every wake-up of the reaper, several times within this


def web() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=2)
    connection.request("GET", "/healthz")
    return connection.getresponse().status == 200


def worker() -> bool:
    from config.celery import app  # noqa: PLC0415  # Celery takes a second to load, and only this needs it

    return bool(app.control.ping([f"celery@{socket.gethostname()}"], timeout=5))


def beat() -> bool:
    newest = max(file.stat().st_mtime for file in Path(os.environ["SLIPWAY_VAR"]).glob("beat*"))
    return time.time() - newest < BEAT_SECONDS


ASKED: dict[str, Callable[[], bool]] = {"web": web, "worker": worker, "beat": beat}


def main(name: str) -> int:
    try:
        return 0 if ASKED[name]() else 1
    except (OSError, ValueError, http.client.HTTPException) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
