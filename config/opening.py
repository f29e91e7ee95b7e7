"""The stages behind the web server until labs open: set-up, sandbox, a first grading, canaries, attacks.

Each stage is written to `var/start.json` for the pages. Whatever fails leaves the lesson served and the labs closed,
with the finding on the page and in the log; the runner goes on.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config import estimate, services
from config.behind import DETAIL_CHARACTERS, NOT_SET_UP, SEE_LOG, START_AGAIN
from config.estimate import Estimate
from config.keeping import Keeper
from config.processes import finish, log_of, manage, say, spawn
from config.services import WORKER, Place, Service
from sandbox import start
from sandbox.door import status
from sandbox.engine import pace
from sandbox.engine.paths import PROJECT
from sandbox.start import Start

SANDBOX_SECONDS = 120.0  # until a slot is free: copying its data root takes seconds on a slow disk
TAIL_LINES = 15
_NUMBERED = re.compile(r"(\d+)/(\d+) ")  # a line of `sandbox check` and `sandbox test`


class NotOpened(Exception):
    """Labs stay closed. `finding` and `todo` are for every reader, `detail` for operators."""

    def __init__(self, finding: str, todo: str, detail: str = "", *, printed: bool = False) -> None:
        super().__init__(finding)
        self.todo, self.detail, self.printed = todo, detail, printed


@dataclass(slots=True)
class Opening:
    keeper: Keeper
    wanted: Mapping[str, Service]
    begun: float = field(default_factory=time.monotonic)

    @property
    def place(self) -> Place:
        return self.keeper.place

    async def run(self) -> None:
        """Open the labs, or say why they stay closed."""
        try:
            await self._set_up()
            for name in ("redis", "sandbox"):
                self.keeper.keep(self.wanted[name])
            await self._wait_for_sandbox()
            await self._try()
        except NotOpened as error:
            say(f"labs stay closed: {error} {error.todo}")
            if error.detail and not error.printed:
                say(error.detail)
            self._write(Start(start.FAILED, finding=str(error), todo=error.todo, detail=error.detail))
        except Exception as error:  # whatever it is, people can go on reading the lesson
            say(f"labs stay closed: {error!r}")
            finding = "The sandbox could not be tried on this machine."
            self._write(Start(start.FAILED, finding=finding, todo=START_AGAIN, detail=str(error)[:DETAIL_CHARACTERS]))

    async def _set_up(self) -> None:
        """What slots are made from. Its own namespaces end with it, so nothing it mounted or started stays."""
        service = services.set_up()
        process = await spawn(
            service, self.place, stdin=asyncio.subprocess.DEVNULL, stdout=None, stderr=asyncio.subprocess.PIPE
        )
        assert process.stderr is not None  # noqa: S101  # asked for with PIPE
        tail: list[str] = []
        try:
            with log_of(self.place, service.name) as log:
                while line := await process.stderr.readline():
                    log.write(line)
                    log.flush()
                    tail = [*tail, line.decode(errors="replace")][-TAIL_LINES:]
                    print(tail[-1], end="", flush=True)
            code = await process.wait()
        except asyncio.CancelledError:
            await finish(process)
            raise
        if code:
            said = start.read(self.place.layout.var)
            if said is not None and said.stage == start.FAILED:
                raise NotOpened(said.finding, said.todo, said.detail, printed=True)
            raise NotOpened(NOT_SET_UP, f"{SEE_LOG} {START_AGAIN}", "".join(tail), printed=True)

    async def _wait_for_sandbox(self) -> None:
        guess = Estimate(estimate.SANDBOX, estimate.CANARIES + estimate.ATTACKS)
        self._write(Start(start.SANDBOX, opens_at=guess.opens_at(0)))
        deadline = time.monotonic() + SANDBOX_SECONDS * pace.factor()
        while True:
            answer = await asyncio.to_thread(status, self.place.layout.control)
            states = [slot["state"] for slot in answer["slots"]] if answer else []
            if "free" in states:
                return
            if time.monotonic() > deadline or (states and set(states) == {"broken"}):
                log = self.place.layout.var / "log" / "sandbox.log"
                tail = log.read_text(errors="replace").splitlines()[-TAIL_LINES:] if log.exists() else []
                todo = f"The operator can read why in var/log/sandbox.log. {START_AGAIN}"
                raise NotOpened("The sandbox does not start on this machine.", todo, "\n".join(tail))
            await asyncio.sleep(0.05)

    async def _try(self) -> None:
        """Try the sandbox once for each state of it; later starts use the report of the first one."""
        kept = self.place.layout.stamps / "attacks.json"
        answer = await asyncio.to_thread(status, self.place.layout.control)
        if answer and kept.exists() and json.loads(kept.read_text())["fingerprint"] == answer["fingerprint"]:
            await manage(self.place, "sandbox", "known", text=kept.read_text(), uid=WORKER)
            self._open()
            await self._grade_one()
            return
        await asyncio.gather(self._grade_one(), self._canaries())
        report = await self._attacks()
        if report["contained"] == report["total"]:
            kept.write_text(json.dumps(report))
        self._open()

    def _open(self) -> None:
        """From here on `labs.gate` decides, which knows what the attacks showed."""
        self._write(Start(start.OPEN))
        self.keeper.keep(self.wanted["worker"])

    async def _grade_one(self) -> None:
        """The whole way once: the solution of `non-root` built, experimented on and graded here."""
        folder = str(PROJECT / "labs" / "catalogue" / "non-root" / "solution")
        grade = json.loads(await manage(self.place, "grade", "non-root", folder, "--json", uid=WORKER))
        if grade.get("state") != "graded" or not grade.get("passed"):
            finding = "A correct Dockerfile was not graded as passed on this machine, so no grade would be right."
            raise NotOpened(finding, START_AGAIN, json.dumps(grade)[:DETAIL_CHARACTERS])
        points = f"{grade['points']:g} of {grade['max_points']:g}"
        say(f"proof: non-root's solution graded {points} in {grade['timings']['total']:.1f} s")

    async def _canaries(self) -> None:
        said = await self._counted(start.CANARIES, estimate.CANARIES, estimate.ATTACKS, "check")
        bad = [line.removeprefix("✕ ") for line in said.splitlines() if line.startswith("✕")]
        if bad:
            finding = f"This machine does not enforce what grades and safety rest on: {bad[0]}."
            todo = f"The operator can read more with `manage.py doctor`. {START_AGAIN}"
            raise NotOpened(finding, todo, "\n".join(bad))
        say(f"canaries: {said.count('✓')} of {said.count('✓')} hold")

    async def _attacks(self) -> dict[str, Any]:
        say("attacks are tried on this sandbox before labs open; once for each state of it, about a minute")
        said = await self._counted(start.ATTACKS, estimate.ATTACKS, 0.0, "test", "--json")
        report: dict[str, Any] = json.loads(said)
        say(f"attacks: {report['contained']} of {report['total']} contained")
        for case in report["cases"]:
            if not case["contained"]:
                say(f"NOT CONTAINED, labs stay closed: {case['title']}: {'; '.join(case['complaints'])[:400]}")
        return report

    async def _counted(self, stage: str, expected: float, behind: float, *words: str) -> str:
        """The output of a `manage.py sandbox` command, whose numbered lines are this stage's progress."""
        guess = Estimate(expected, behind)
        self._write(Start(stage, opens_at=guess.opens_at(0)))

        def heard(line: str) -> None:
            if match := _NUMBERED.match(line):
                done, total = int(match[1]), int(match[2])
                self._write(Start(stage, "", done, total, guess.opens_at(done / max(1, total))))

        return await manage(self.place, "sandbox", *words, uid=WORKER, heard=heard)

    def _write(self, now: Start) -> None:
        start.write(self.place.layout.var, now)
