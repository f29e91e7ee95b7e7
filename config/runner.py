"""`make run`: everything of one installation under one runner, until Ctrl-C.

Every process it starts dies with it, also when it is killed: the kernel sends them SIGKILL when their parent goes.
What dies by itself is started again. Standard library only; Django runs in the processes it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from config import services
from config.ownership import prepare, write_private
from config.services import WEB, WORKER, Place, Service
from sandbox.door import status
from sandbox.engine.paths import PROJECT, layout

READY_SECONDS = 60.0
RESTART_SECONDS = 1.0  # between the death of a service and its next start
END_SECONDS = 8.0  # from the end signal to SIGKILL
ROLES = {"instructor": "instructor", "ada": "learner", "linus": "learner"}


@dataclass(slots=True)
class Runner:
    place: Place
    host: str
    port: int
    slots: int
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def run(self) -> int:
        """Start everything, say where it is, keep it alive; 0 after Ctrl-C."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stopping.set)
        begun = time.monotonic()
        wanted = services.all_services(self.place, self.host, self.port, self.slots)
        stopped = asyncio.create_task(self.stopping.wait())
        started = asyncio.create_task(self._start(wanted, begun))
        await asyncio.wait({stopped, started}, return_when=asyncio.FIRST_COMPLETED)
        code = 0
        if started.done() and (error := started.exception()) is not None:
            say(f"could not start: {error}")
            code = 1
        else:
            await stopped
        await self._end([started])
        return code

    async def _start(self, wanted: dict[str, Service], begun: float) -> None:
        for name in ("redis", "sandbox"):
            if name in wanted:
                self._keep(wanted[name])
        accounts = _accounts(self.place)
        await self._manage("migrate", "--verbosity", "0")
        for name in ("web", "worker"):
            if name in wanted:
                self._keep(wanted[name])
        url = f"http://{self.host}:{self.port}"
        await asyncio.gather(
            self._manage("demo", text=json.dumps(accounts)),
            self._until(lambda: _answers(f"{url}/healthz"), "the web server"),
            self._try_sandbox(),
        )
        write_private(self.place.accounts, {"url": url, "accounts": accounts})
        self._welcome(url, accounts, time.monotonic() - begun)

    async def _try_sandbox(self) -> None:
        if self.slots:
            await self._until(lambda: _has_free_slot(self.place), "the sandbox")
            await self._prove()
            await self._check()

    def _keep(self, service: Service) -> None:
        self.tasks.append(asyncio.create_task(self._alive(service)))

    async def _alive(self, service: Service) -> None:
        """One service, started again whenever it ends."""
        while not self.stopping.is_set():
            begun = time.monotonic()
            process = await self._spawn(service)
            self.running[service.name] = process
            code = await process.wait()
            if not self.stopping.is_set():
                say(f"{service.name} ended with {code}; starting it again (log: var/log/{service.name}.log)")
                await asyncio.sleep(max(RESTART_SECONDS, RESTART_SECONDS * 3 - (time.monotonic() - begun)))

    async def _spawn(self, service: Service, **options: Any) -> asyncio.subprocess.Process:
        if "stdout" not in options:
            log = _log(self.place, service.name)
            options |= {"stdin": asyncio.subprocess.DEVNULL, "stdout": log, "stderr": log}
        environment = services.environment(self.place)
        return await asyncio.create_subprocess_exec(
            *services.confined(service, self.place),
            cwd=PROJECT,
            env=environment if service.uid else {**os.environ, **environment, "PATH": os.environ["PATH"]},
            start_new_session=True,  # Ctrl-C reaches the runner alone, which ends the others in order
            preexec_fn=die_with_parent,
            **options,
        )

    async def _manage(self, *words: str, text: str = "", uid: int = WEB) -> str:
        """One management command as the web's user; its output. RuntimeError when it fails."""
        command = (sys.executable, "manage.py", *words)
        service = Service(words[0], command, uid, ("db",))
        pipe = asyncio.subprocess.PIPE
        process = await self._spawn(service, stdin=pipe, stdout=pipe, stderr=pipe)
        out, err = await process.communicate(text.encode())
        failed = process.returncode == 1 and not out.strip()  # a result is printed; a traceback is not one
        if failed or process.returncode not in {0, 1}:
            raise RuntimeError(f"manage.py {words[0]}: {(err or out).decode(errors='replace').strip()[-800:]}")
        return out.decode(errors="replace")

    async def _prove(self) -> None:
        """The whole way once: the solution of `non-root` built, experimented on and graded here."""
        folder = str(PROJECT / "labs" / "catalogue" / "non-root" / "solution")
        grade = json.loads(await self._manage("grade", "non-root", folder, "--json", uid=WORKER))
        if grade.get("state") != "graded" or not grade.get("passed"):
            raise RuntimeError(f"the solution of non-root was not graded as passed here: {json.dumps(grade)[:800]}")
        say(
            f"proof: non-root's solution graded {grade['points']:g} of {grade['max_points']:g} "
            f"in {grade['timings']['total']:.1f} s"
        )

    async def _check(self) -> None:
        """Canaries and attacks, once for each state of the sandbox; later starts take the report that is kept."""
        kept = self.place.layout.stamps / "attacks.json"
        answer = await asyncio.to_thread(status, self.place.layout.control)
        if answer and kept.exists() and json.loads(kept.read_text())["fingerprint"] == answer["fingerprint"]:
            await self._manage("sandbox", "known", text=kept.read_text(), uid=WORKER)
            return
        said = await self._manage("sandbox", "check", uid=WORKER)
        if "✕" in said:
            raise RuntimeError(f"the sandbox does not hold on this machine:\n{said}")
        say(f"canaries: {said.count('✓')} of {said.count('✓')} hold")
        say("attacks are tried on this sandbox before labs open; once for each state of it, about a minute")
        report = json.loads(await self._manage("sandbox", "test", "--json", uid=WORKER))
        say(f"attacks: {report['contained']} of {report['total']} contained")
        for case in report["cases"]:
            if not case["contained"]:
                say(f"NOT CONTAINED, labs stay closed: {case['title']}: {'; '.join(case['complaints'])[:400]}")
        if report["contained"] == report["total"]:
            kept.write_text(json.dumps(report))

    async def _until(self, ready: Any, what: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not await asyncio.to_thread(ready):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} was not ready in {READY_SECONDS:.0f} s; see var/log/")
            await asyncio.sleep(0.05)

    def _welcome(self, url: str, accounts: list[dict[str, str]], seconds: float) -> None:
        say(f"ready in {seconds:.1f} s")
        print(f"\n  Slipway is at {url}\n", flush=True)
        if not self.slots:
            print(f"  The labs are closed: {_no_engine(self.place)}\n", flush=True)
        for account in accounts:
            print(f"  {account['role']:<11} {account['username']:<11} {account['password']}", flush=True)
        print(f"\n  The accounts also stand in var/{self.place.accounts.name}. Ctrl-C ends everything.\n", flush=True)

    async def _end(self, extra: list[asyncio.Task[None]]) -> None:
        """Worker first, so that it gives back what it holds; the rest at once."""
        self.stopping.set()
        for task in extra:
            task.cancel()
        for names in ({"worker"}, set(self.running) - {"worker"}):
            await asyncio.gather(*(_finish(self.running[n]) for n in names if n in self.running))
        for task in [*self.tasks, *extra]:
            task.cancel()
        await asyncio.gather(*self.tasks, *extra, return_exceptions=True)
        shutil.rmtree(self.place.runtime, ignore_errors=True)
        say("ended")


async def _finish(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    _signal_service(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), END_SECONDS)
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


def die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _accounts(place: Place) -> list[dict[str, str]]:
    """Those of an earlier start, else new ones with random passwords."""
    file = place.accounts
    if file.exists() and not place.trial:
        accounts: list[dict[str, str]] = json.loads(file.read_text())["accounts"]
        return accounts
    return [{"role": r, "username": n, "password": secrets.token_urlsafe(9)} for n, r in ROLES.items()]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # our own loopback address
            return bool(answer.status == 200)
    except OSError:
        return False


def _has_free_slot(place: Place) -> bool:
    answer = status(place.layout.control)
    return answer is not None and any(slot["state"] == "free" for slot in answer["slots"])


def _log(place: Place, name: str) -> IO[bytes]:
    folder = place.layout.var / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{name}.log").open("ab")


def _no_engine(place: Place) -> str:
    file = place.layout.var / "no-engine"
    return file.read_text().strip() if file.exists() else ""


def say(text: str) -> None:
    print(f"  run    {text}", file=sys.stderr, flush=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def main() -> int:
    """`--trial`: on a free port, with an empty database of its own, for tests and benchmarks."""
    place = Place(layout(), trial="--trial" in sys.argv[1:])
    place.layout.var.mkdir(exist_ok=True)
    lock = (place.layout.var / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("Slipway runs from this folder already")
        return 1
    prepare(place)
    slots = 0 if _no_engine(place) else int(os.environ.get("SLIPWAY_SLOTS") or os.cpu_count() or 1)
    host = os.environ.get("SLIPWAY_HOST", "127.0.0.1")
    port = _free_port() if place.trial else int(os.environ.get("SLIPWAY_PORT", "8000"))
    return asyncio.run(Runner(place, host, port, slots).run())


if __name__ == "__main__":
    sys.exit(main())
