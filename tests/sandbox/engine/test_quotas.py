"""While an app holds all that the kernel gives to one user, the machine's root and the neighbours still get theirs."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Iterator

import docker
import pytest

from sandbox import door
from tests import engine

pytestmark = pytest.mark.engine
TAKE_ALL = """
import ctypes, time
libc = ctypes.CDLL(None)
while libc.inotify_init() >= 0:
    pass
print("taken", flush=True)
time.sleep(600)
"""
TAKE_ONE = "import ctypes, sys; sys.exit(ctypes.CDLL(None).inotify_init() < 0)"  # `run` raises where it is not 0


@pytest.fixture
def held(slot: door.Slot) -> Iterator[str]:
    """A container that holds every inotify instance it can get."""
    with contextlib.closing(docker.DockerClient(f"unix://{slot.docker}")) as client:
        ulimits = [docker.types.Ulimit(name="nofile", soft=4096, hard=4096)]
        made = client.containers.run("python:3.11-slim", ["python", "-c", TAKE_ALL], detach=True, ulimits=ulimits)
        try:
            while b"taken" not in made.logs():
                made.reload()
                assert made.status == "running"
                time.sleep(0.1)
            yield slot.name
        finally:
            made.remove(force=True)


def test_root_of_the_machine_still_gets_its_own(held: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    made = libc.inotify_init()
    assert made >= 0, os.strerror(ctypes.get_errno())
    os.close(made)


def test_a_neighbour_still_gets_its_own(held: str) -> None:
    with door.lease(engine.control(), wait=120) as other:
        assert other.name != held
        with contextlib.closing(docker.DockerClient(f"unix://{other.docker}")) as client:
            client.containers.run("python:3.11-slim", ["python", "-c", TAKE_ONE], remove=True)
