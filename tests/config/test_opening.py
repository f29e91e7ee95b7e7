"""What happens behind the web server, with everything that it starts replaced: the order, the file, the failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config import behind, services
from config import opening as module
from config.keeping import Keeper
from config.opening import Opening
from config.processes import CommandFailed
from config.services import Place, Service
from sandbox import start
from sandbox.engine.paths import Layout
from sandbox.start import Start

pytestmark = pytest.mark.asyncio
GRADE = {"state": "graded", "passed": True, "points": 10, "max_points": 10, "timings": {"total": 1.0}}
CANARIES = "✓ one\n✓ two\n"


def report(contained: int = 2) -> dict[str, Any]:
    held = {"contained": True, "title": "a", "complaints": []}
    lost = {"contained": False, "title": "b", "complaints": ["it got out"]}
    return {"fingerprint": "f", "total": 2, "contained": contained, "cases": [held, held if contained == 2 else lost]}


class Noting(Keeper):
    """Starts nothing, and notes what it would have started."""

    def __init__(self, place: Place, came: list[str]) -> None:
        super().__init__(place)
        self.came = came

    def keep(self, service: Service) -> None:
        self.came.append(service.name)


@dataclass
class World:
    """The stages and services in the order in which they came, and what each command answers."""

    var: Path
    came: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    grade: dict[str, Any] = field(default_factory=lambda: dict(GRADE))
    canaries: str = CANARIES
    report: dict[str, Any] = field(default_factory=report)
    set_up: str = "exit 0"
    slots: list[dict[str, str]] = field(default_factory=lambda: [{"name": "slot0", "state": "free"}])

    async def manage(self, place: Place, *words: str, heard: Callable[[str], None] | None = None, **more: Any) -> str:
        self.commands.append(" ".join(words[:2]))
        if words[0] == "grade":
            return json.dumps(self.grade)
        if heard:
            heard("1/2 ✓ something")
        return {"check": self.canaries, "test": json.dumps(self.report)}.get(words[1], "")

    async def open(self) -> Start:
        place = Place(Layout(self.var))
        keeper = Noting(place, self.came)
        wanted = {name: Service(name, ()) for name in ("redis", "sandbox", "worker")}
        await Opening(keeper, wanted).run()
        now = start.read(self.var)
        assert now is not None
        return now


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    Layout(tmp_path).stamps.mkdir()
    monkeypatch.setattr(module, "manage", made.manage)
    monkeypatch.setattr(module, "status", lambda control: {"slots": made.slots, "fingerprint": "f"})
    monkeypatch.setattr(services, "set_up", lambda: Service("setup", ("sh", "-c", made.set_up)))
    monkeypatch.setattr(module.start, "write", _noting(made, start.write))  # type: ignore[attr-defined]  # the module imports it
    return made


def _noting(world: World, write: Callable[[Path, Start], None]) -> Callable[[Path, Start], None]:
    def noted(var: Path, now: Start) -> None:
        if not world.came or world.came[-1] != now.stage:
            world.came.append(now.stage)
        write(var, now)

    return noted


async def test_labs_open_when_everything_was_tried(world: World) -> None:
    assert (await world.open()).stage == start.OPEN
    assert world.came == ["redis", "sandbox", "canaries", "attacks", "open", "worker"]
    assert world.commands == ["grade non-root", "sandbox check", "sandbox test"]
    assert json.loads((world.var / "stamps" / "attacks.json").read_text()) == world.report


async def test_a_later_start_takes_the_report_that_is_kept(world: World) -> None:
    await world.open()
    world.commands.clear()
    assert (await world.open()).stage == start.OPEN
    assert world.commands == ["sandbox known", "grade non-root"]


async def test_a_set_up_that_fails_leaves_its_last_words(world: World) -> None:
    world.set_up = "echo 'E: no mirror' >&2; exit 1"
    now = await world.open()
    assert (now.stage, now.finding) == (start.FAILED, behind.NOT_SET_UP)
    assert "E: no mirror" in now.detail
    assert "start it again" in now.todo
    assert "E: no mirror" in (world.var / "log" / "setup.log").read_text()
    assert world.commands == []


async def test_what_a_set_up_found_itself_is_kept(world: World) -> None:
    start.write(world.var, Start(start.FAILED, finding="The disk is full.", todo="Free some.", detail="tar: x"))
    world.set_up = "exit 1"
    now = await world.open()
    assert (now.finding, now.todo, now.detail) == ("The disk is full.", "Free some.", "tar: x")


async def test_a_sandbox_that_does_not_start_is_a_finding(world: World) -> None:
    world.slots = [{"name": "slot0", "state": "broken"}]
    now = await world.open()
    assert (now.stage, now.finding) == (start.FAILED, "The sandbox does not start on this machine.")


async def test_a_wrong_grade_keeps_labs_closed(world: World) -> None:
    world.grade["passed"] = False
    assert "not graded as passed" in (await world.open()).finding
    assert "worker" not in world.came


async def test_a_canary_names_what_does_not_hold(world: World) -> None:
    world.canaries = "✓ one\n✕ memory limit holds: an app used more memory than its limit\n"
    now = await world.open()
    assert now.stage == start.FAILED
    assert "memory limit holds: an app used more memory than its limit." in now.finding
    assert "sandbox test" not in world.commands


async def test_after_an_attack_that_got_through_the_gate_decides(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.report = report(contained=1)
    assert (await world.open()).stage == start.OPEN
    assert "NOT CONTAINED, labs stay closed: b: it got out" in capsys.readouterr().err
    assert not (world.var / "stamps" / "attacks.json").exists()


async def test_a_command_that_breaks_is_a_finding_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*words: Any, **more: Any) -> str:
        raise CommandFailed("manage.py grade: Traceback")

    monkeypatch.setattr(module, "manage", broken)
    now = await world.open()
    assert (now.stage, now.finding) == (start.FAILED, "The sandbox could not be tried on this machine.")
    assert "Traceback" in now.detail
