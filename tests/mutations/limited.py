"""Attacks on limits: each takes some more than it is allowed, and no more than the machine can spare."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import docker

from sandbox import containers, door, session
from sandbox.limits import DEFAULT, Limits
from sandbox.plan import Experiment, Plan
from tests.mutations.attacks import WAIT_SECONDS, built, named
from tests.mutations.mutation import Attack

MEMORY, PIDS, LOG = 64, 40, 1 << 20
LIMITS = replace(
    DEFAULT,
    build_seconds=30,
    build_memory_mb=MEMORY,
    build_pids=PIDS,
    run_memory_mb=MEMORY,
    run_pids=PIDS,
    start_seconds=2.0,
    log_bytes=LOG,
)
BASE = "FROM python:3.11-slim\n"
HOG = 'python -c "held = bytearray(300 << 20)"'
FORKS = "for i in $(seq 300); do sleep 2 & done; wait"
# It stays: what a container refused is counted for as long as that runs.
FORKS_ON = """\
import os, time
for _ in range(300):
    try:
        if os.fork() == 0:
            time.sleep(4)
            os._exit(0)
    except OSError:
        break
time.sleep(4)
"""
APP = Experiment("app", "start", after="image")
FLOOD_MB = 24


def limited(name: str, limit: str, dockerfile: str, *experiments: Experiment) -> Attack:
    """Gets through when the submission ends without its limit having been hit."""

    def attack(control: Path) -> str:
        plan = Plan("mutation", {}, {"Dockerfile": dockerfile}, (Experiment("image", "build"), *experiments))
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            slot.tainted = True
            outcome = session.run_plan(slot, replace(plan, limits=LIMITS), lambda event: None)
        if outcome.limit is None:
            return f"no limit was hit: {sorted(outcome.facts)}"
        assert outcome.limit.name == limit, outcome
        return ""

    return named(name)(attack)


build_memory = limited("a step takes 300 MB, with 64 allowed", "memory", f"{BASE}RUN {HOG}\n")
build_forks = limited("a step forks 300 times, with 40 allowed", "pids", f"{BASE}RUN {FORKS}\n")
app_memory = limited("an app takes 300 MB, with 64 allowed", "memory", f"{BASE}CMD {HOG}\n", APP)
app_forks = limited(
    "an app forks 300 times, with 40 allowed", "pids", f"{BASE}CMD {json.dumps(['python', '-c', FORKS_ON])}\n", APP
)


def _flood(megabytes: int) -> str:
    return f"head -c {megabytes}m /dev/zero | tr '\\0' x | fold -w 1000"


@named(f"a step prints {FLOOD_MB} MB, with one allowed")
def step_output(control: Path) -> str:
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        slot.tainted = True
        finished, _ = built(slot, {"Dockerfile": f"{BASE}RUN {_flood(FLOOD_MB)}\n".encode()}, LIMITS)
    assert finished.ok or finished.stopped == "log", finished.progress.text
    return "it was not stopped at its limit" if finished.ok else ""


@named(f"an app prints {FLOOD_MB} MB, with one kept")
def app_output(control: Path) -> str:
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        slot.tainted = True
        client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=60)
        config = containers.host_config(client, "none", LIMITS)
        config["LogConfig"] = containers.LOG
        made = client.create_container("python:3.11-slim", ["sh", "-c", _flood(FLOOD_MB)], host_config=config)["Id"]
        client.start(made)
        client.wait(made)
        kept = len(client.logs(made))
        client.close()
    assert kept, "it printed nothing"
    return f"{kept >> 20} MB are kept" if kept > 2 * LOG else ""


@named("an app goes on after its submission was ended")
def outlives(control: Path) -> str:
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        slot.tainted = True
        client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=30)
        config = containers.host_config(client, "none", Limits())
        made = client.create_container("python:3.11-slim", ["sleep", "60"], host_config=config)["Id"]
        client.start(made)
        slot.control.ask("kill")
        time.sleep(0.5)
        running = client.inspect_container(made)["State"]["Running"]
        client.close()
    return "it still runs" if running else ""


ALLOCATE = "python -c \"import os; os.posix_fallocate(os.open('/big', 65), 0, 3200 << 20); os.unlink('/big')\""


@named("a step takes 3.2 GB of a slot's disk of 3")
def disk(control: Path) -> str:
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        slot.tainted = True
        finished, text = built(slot, {"Dockerfile": f"{BASE}RUN {ALLOCATE}\n".encode()})
    assert finished.ok or "No space left" in text, text[-2000:]
    return "the room was given" if finished.ok else ""
