"""What the kernel says of a slot: a folder stands for its /proc, so that each weakness can be shown."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sandbox.engine import confinement
from sandbox.engine.confinement import KEPT, NAMESPACES
from sandbox.engine.paths import PROJECT
from sandbox.engine.slot import ASSETS

READ_ONLY = "30 20 0:5 /sys /proc/sys ro,relatime - proc proc rw\n"
WRITABLE = READ_ONLY.replace(" ro,", " rw,")
LARGE = 1 << 40


def process(
    folder: Path, *, capabilities: int = 0, seccomp: int = 2, mounts: str = READ_ONLY, shared: str = ""
) -> Path:
    """A first process with namespaces of its own, but for the one that is `shared`."""
    (folder / "ns").mkdir(parents=True)
    for name in NAMESPACES:
        (folder / "ns" / name).symlink_to(os.readlink(f"/proc/self/ns/{name}") if name == shared else f"{name}:[1]")
    (folder / "status").write_text(f"Name:\ttini\nCapBnd:\t{capabilities:016x}\nSeccomp:\t{seccomp}\n")
    (folder / "mountinfo").write_text("20 1 0:5 / /proc rw - proc proc rw\n" + mounts)
    return folder


def told(proc: Path, data_mb: int = LARGE) -> str:
    return next(confinement._weaknesses(proc, proc, data_mb), "")


def test_a_slot_with_walls_of_its_own_is_confined(tmp_path: Path) -> None:
    kept = sum(1 << number for number in KEPT.values())
    assert told(process(tmp_path / "1", capabilities=kept)) == ""


@pytest.mark.parametrize("name", NAMESPACES)
def test_a_shared_namespace_is_named(tmp_path: Path, name: str) -> None:
    assert f"the machine's {name} namespace" in told(process(tmp_path / "1", shared=name))


def test_one_capability_more_is_too_many(tmp_path: Path) -> None:
    assert "0x8000000" in told(process(tmp_path / "1", capabilities=1 << 27))


@pytest.mark.parametrize("seccomp", [0, 1])
def test_no_filter_of_system_calls_is_seen(tmp_path: Path, seccomp: int) -> None:
    assert "filter of system calls" in told(process(tmp_path / "1", seccomp=seccomp))


@pytest.mark.parametrize("mounts", ["", WRITABLE, READ_ONLY + WRITABLE])
def test_kernel_settings_that_can_be_written_are_seen(tmp_path: Path, mounts: str) -> None:
    """Without a mount there, with one that does not help, and with one on top of it that undoes it."""
    assert "kernel settings" in told(process(tmp_path / "1", mounts=mounts))


def test_a_disk_larger_than_allowed_is_seen(tmp_path: Path) -> None:
    assert "1 are allowed" in told(process(tmp_path / "1"), data_mb=1)


def test_this_process_is_no_slot(tmp_path: Path) -> None:
    assert confinement.weakness(os.getpid(), tmp_path, LARGE).startswith("the slot shares")


def test_the_engine_is_given_the_capabilities_that_are_looked_for() -> None:
    given = set(re.findall(r"\+(\w+)", (ASSETS / "start.sh").read_text()))
    compose = (PROJECT / "compose.yaml").read_text().lower()
    assert given == set(KEPT)
    assert all(name in compose for name in KEPT)
