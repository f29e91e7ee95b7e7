"""Processes that the runner starts: each dies with it, also when it is killed, and ends in order when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from config import services
from config.services import WEB, Place, Service
from sandbox.engine import pace
from sandbox.engine.lifetime import end_with_parent
from sandbox.engine.paths import PROJECT

END_SECONDS = 8.0  # from the end signal to SIGKILL
LINE_BYTES = 1024 * 1024
ERROR_CHARACTERS = 800
_PIPE = asyncio.subprocess.PIPE

Heard = Callable[[str], None]


class CommandFailed(Exception):
    """A management command failed; the message has its last words."""


async def spawn(service: Service, place: Place, **options: Any) -> asyncio.subprocess.Process:
    """Start a service with its confinement. Without `options` its output goes to its log."""
    if "stdout" not in options:
        log = log_of(place, service.name)
        options |= {"stdin": asyncio.subprocess.DEVNULL, "stdout": log, "stderr": log}
    environment = services.environment(place)
    return await asyncio.create_subprocess_exec(
        *services.confined(service, place),
        cwd=PROJECT,
        env=environment if service.uid else {**os.environ, **environment, "PATH": os.environ["PATH"]},
        start_new_session=True,  # Ctrl-C reaches the runner alone, which ends the others in order
        preexec_fn=end_with_parent,
        limit=LINE_BYTES,
        **options,
    )


async def manage(place: Place, *words: str, text: str = "", uid: int = WEB, heard: Heard | None = None) -> str:
    """Run one management command and return its output. CommandFailed: it did not end with a result.

    `heard` gets each line that it writes on standard error, as it comes.
    """
    command = (sys.executable, "manage.py", *words)
    process = await spawn(Service(words[0], command, uid, ("db",)), place, stdin=_PIPE, stdout=_PIPE, stderr=_PIPE)
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None  # noqa: S101, PT018
    try:
        process.stdin.write(text.encode())
        process.stdin.close()
        out, err = await asyncio.gather(process.stdout.read(), _listen(process.stderr, heard))
        await process.wait()
    except asyncio.CancelledError:
        await finish(process)
        raise
    said = out.decode(errors="replace")
    failed = process.returncode == 1 and not said.strip()  # a result is printed; a traceback is not one
    if failed or process.returncode not in {0, 1}:
        raise CommandFailed(f"manage.py {' '.join(words[:2])}: {(err or said).strip()[-ERROR_CHARACTERS:]}")
    return said


async def _listen(stream: asyncio.StreamReader, heard: Heard | None) -> str:
    lines: list[str] = []
    while line := (await stream.readline()).decode(errors="replace"):
        lines.append(line)
        if heard:
            heard(line.rstrip("\n"))
    return "".join(lines[-100:])


async def finish(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, and kill it when it does not."""
    if process.returncode is not None:
        return
    _signal_service(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), END_SECONDS * pace.factor())
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _signal_service(process: asyncio.subprocess.Process, number: int) -> None:
    """To the service itself: what we started may be `unshare`, waiting for it."""
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        comm = Path(f"/proc/{process.pid}/comm").read_text().strip()
        os.kill(int(children[0]) if comm == "unshare" and children else process.pid, number)
    except (OSError, ValueError):
        with contextlib.suppress(ProcessLookupError):
            process.terminate()


def log_of(place: Place, name: str) -> IO[bytes]:
    folder = place.layout.var / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{name}.log").open("ab")


def say(text: str) -> None:
    print(f"  run    {text}", file=sys.stderr, flush=True)
