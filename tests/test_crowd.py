"""Two hundred submissions, a third of them hostile: nothing is lost or leaks, and everybody is graded rightly."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from sandbox import door
from sandbox.engine.home import home
from sandbox.engine.paths import PROJECT, layout
from sandbox.hostile import cases, payload
from tests.compose.client import Learner
from tests.engine import Platform

pytestmark = [pytest.mark.engine, pytest.mark.prove]
SUBMISSIONS, HOSTILE = 200, 60
LONGEST = 30  # seconds that a hostile case may take by its own word; the disk and log floods take longer
QUIET_SECONDS = 60.0  # slots are cleaned and filled again after the last submission
SEED = 20261125
Files = Mapping[str, str]


def attacks() -> Iterator[Files]:
    """Dockerfiles of the corpus that any learner could send."""
    for case in cases.load_all():
        if case.via == "submission" and case.family in {"build", "run", "sources"} and case.seconds <= LONGEST:
            found = payload.payload(case, {})
            if set(found) == {"Dockerfile"} and len(found["Dockerfile"]) < 64 * 1024:
                yield {"Dockerfile": found["Dockerfile"].decode(errors="replace")}


def everyday(kind: str) -> Files:
    folder = PROJECT / "labs/catalogue/non-root" / kind
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_two_hundred_submissions_of_which_many_are_attacks(platform: Platform) -> None:
    rng = random.Random(SEED)
    hostile = list(attacks())
    work = [("attack", rng.choice(hostile)) for _ in range(HOSTILE)]
    work += [("solution", everyday("solution"))] * 70 + [("starter", everyday("starter"))] * 70
    rng.shuffle(work)
    until_quiet()
    before = held()
    names = [name for name in platform.passwords if name != "instructor"]
    with ThreadPoolExecutor(len(names)) as pool:
        parts = [pool.submit(send, platform, name, work[at :: len(names)]) for at, name in enumerate(names)]
        sent = [one for part in parts for one in part.result()]
    assert len(sent) == SUBMISSIONS
    wrong = [(kind, *row) for kind, row in ((kind, stored(path)) for kind, path in sent) if not right(kind, *row)]
    assert wrong == []
    until_quiet()
    assert held() == before


def send(platform: Platform, name: str, work: list[tuple[str, Files]]) -> list[tuple[str, str]]:
    """(kind, path of its page) of each, never more waiting than a learner may have."""
    learner = Learner(platform.url)
    learner.post("/accounts/login/", "/accounts/login/", username=name, password=platform.passwords[name])
    sent: list[tuple[str, str]] = []
    waiting: list[str] = []
    for kind, files in work:
        while len(waiting := still(waiting)) >= settings.WAITING_PER_LEARNER - 1:
            time.sleep(0.2)
        fields = {f"file:{file}": text for file, text in files.items()}
        address = learner.post("/labs/non-root/submit", "/labs/non-root/", **fields)
        assert "/submissions/" in address, address
        sent.append((kind, address))
        waiting.append(address)
    while waiting := still(waiting):
        time.sleep(0.5)
    return sent


def still(waiting: list[str]) -> list[str]:
    return [path for path in waiting if stored(path)[0] in {"queued", "running"}]


def stored(path: str) -> tuple[str, int, bool | None]:
    """(state, gradings stored for it, passed) of one submission."""
    code = path.rstrip("/").rpartition("/")[2].replace("-", "")
    with sqlite3.connect(f"file:{layout().var / 'db' / 'trial.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
        state, run = database.execute("SELECT state, run_id FROM labs_submission WHERE id = ?", (code,)).fetchone()
        runs = database.execute("SELECT COUNT(*) FROM labs_run WHERE submission_id = ?", (code,)).fetchone()[0]
        passed = database.execute("SELECT passed FROM labs_run WHERE id = ?", (run,)).fetchone()
    return state, runs, bool(passed[0]) if passed else None


def right(kind: str, state: str, runs: int, passed: bool | None) -> bool:
    return (state, runs) == ("graded", 1) and passed == (kind == "solution")


def held() -> dict[str, int]:
    """What the installation holds of the machine."""
    groups = home(layout().name).directory("pids")
    backing = (file.read_text() for file in Path("/sys/block").glob("loop*/loop/backing_file"))
    return {
        "loop devices": sum(text.startswith(str(layout().var.resolve())) for text in backing),
        "mounts": len(Path("/proc/self/mountinfo").read_text().splitlines()),
        "slots": sum(slot["state"] == "free" for slot in slots()),
        "build and container groups": sum(
            1 for folder in groups.glob("slot*/run/*") if folder.is_dir() and folder.name != "buildkit"
        ),
    }


def slots() -> list[Mapping[str, str]]:
    status = door.status(layout().control)
    assert status is not None
    return list(status["slots"])


def until_quiet() -> None:
    deadline = time.monotonic() + QUIET_SECONDS
    while any(slot["state"] != "free" for slot in slots()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
