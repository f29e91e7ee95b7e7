from __future__ import annotations

import errno
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine import cgroups
from sandbox.engine.cgroups import MB, TCP_MB, Bounds, Group, OomWatch

BOUNDS = Bounds(memory_mb=64, pids=32, cpus=1.5)


@pytest.fixture
def v1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hierarchies of plain files, one a controller."""
    for name in ("cpu", "memory", "pids", "cpuset"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(cgroups, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def v2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One hierarchy of plain files."""
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    monkeypatch.setattr(cgroups, "ROOT", tmp_path)
    return tmp_path


def put(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name.replace("__", ".")).write_text(str(value))


def held(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}


def test_v2_is_told_by_its_file(v2: Path) -> None:
    assert cgroups.is_v2()
    assert Group("a/b").directories() == [v2 / "a/b"]


def test_v1_has_a_directory_in_every_hierarchy_that_is_there(v1: Path) -> None:
    assert not cgroups.is_v2()
    assert {path.relative_to(v1).parts[0] for path in Group("a/b").directories()} == {"cpu", "memory", "pids", "cpuset"}


def test_bounds_in_v2(v2: Path) -> None:
    put(v2 / "a", memory__swap__max="max")
    Group("a").bound(BOUNDS)
    assert held(v2 / "a") == {
        "memory.max": str(64 * MB),
        "memory.swap.max": "0",
        "cpu.max": "150000 100000",
        "pids.max": "32",
    }


def test_bounds_in_v2_where_swap_is_not_counted(v2: Path) -> None:
    put(v2 / "a")
    Group("a").bound(BOUNDS)
    assert "memory.swap.max" not in held(v2 / "a")


def test_bounds_in_v1(v1: Path) -> None:
    put(v1 / "memory/a", memory__limit_in_bytes=2**62, memory__memsw__limit_in_bytes=2**62)
    for name in ("cpu", "pids"):
        put(v1 / name / "a")
    Group("a").bound(BOUNDS)
    assert set(held(v1 / "memory/a").values()) == {str(64 * MB)}
    assert held(v1 / "cpu/a") == {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "150000"}
    assert held(v1 / "pids/a") == {"pids.max": "32"}


def test_tcp_buffers_are_bounded_in_v1_where_the_kernel_counts_them(v1: Path) -> None:
    put(v1 / "memory/a", memory__limit_in_bytes=2**62, memory__kmem__tcp__limit_in_bytes=2**62)
    for name in ("cpu", "pids"):
        put(v1 / name / "a")
    Group("a").bound(BOUNDS)
    assert held(v1 / "memory/a")["memory.kmem.tcp.limit_in_bytes"] == str(TCP_MB * MB)


def test_a_new_cpuset_group_names_what_the_one_above_does(v1: Path) -> None:
    put(v1 / "cpuset", cpuset__cpus="0-1\n", cpuset__mems="0\n")
    for group in ("a", "a/b"):
        put(v1 / "cpuset" / group, cpuset__cpus="\n", cpuset__mems="\n")
    Group("a/b").make()
    assert held(v1 / "cpuset/a/b") == {"cpuset.cpus": "0-1\n", "cpuset.mems": "0\n"}


def test_v2_hands_down_the_controllers_that_are_there(v2: Path) -> None:
    put(v2 / "a", cgroup__controllers="cpu memory pids hugetlb\n", cgroup__subtree_control="memory pids\n")
    cgroups.hand_down(v2 / "a")
    assert held(v2 / "a")["cgroup.subtree_control"] == "+cpu"


def test_a_controller_that_limits_rest_on_must_be_there(v2: Path) -> None:
    put(v2 / "a", cgroup__controllers="cpu pids\n")
    with pytest.raises(OSError, match="no memory controller"):
        cgroups.hand_down(v2 / "a")


def test_a_controller_that_is_refused_is_an_error_only_where_limits_rest_on_it(
    v2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(self: Path, text: str) -> int:
        if text == refused:
            raise OSError(errno.EBUSY, "Device or resource busy")
        return len(text)

    put(v2 / "a", cgroup__controllers="cpuset cpu io memory pids\n")
    monkeypatch.setattr(Path, "write_text", refuses)
    refused = "+io"
    cgroups.hand_down(v2 / "a")
    refused = "+pids"
    with pytest.raises(OSError, match="did not hand down pids: Device or resource busy"):
        cgroups.hand_down(v2 / "a")


def test_counters_of_v2(v2: Path) -> None:
    put(v2 / "a", pids__events="max 3\n", pids__peak="17\n")
    assert Group("a").counters() == {"pids_refused": 3, "pids_peak": 17}


def test_counters_of_v1(v1: Path) -> None:
    put(v1 / "pids/a", pids__events="max 2\n")
    assert Group("a").counters() == {"pids_refused": 2, "pids_peak": 0}


def test_where_the_kernel_keeps_no_peak_the_number_of_now_stands_in(v2: Path) -> None:
    put(v2 / "a", pids__events="max 0\n", pids__current="32\n")
    assert Group("a").counters() == {"pids_refused": 0, "pids_peak": 32}


def test_a_group_that_is_gone_counted_nothing(v2: Path) -> None:
    assert Group("gone").counters() == {"pids_refused": 0, "pids_peak": 0}
    assert Group("gone").processes() == []
    assert OomWatch(Group("gone")).read() == 0


def test_kills_of_v2_are_those_of_the_whole_subtree(v2: Path) -> None:
    put(v2 / "a", memory__events="low 0\noom 9\noom_kill 2\noom_group_kill 7\n")
    assert OomWatch(Group("a")).read() == 2


def test_processes_of_a_group_and_those_below(v2: Path) -> None:
    put(v2 / "a", cgroup__procs="3\n1\n")
    put(v2 / "a/b/c", cgroup__procs="2\n3\n")
    assert Group("a").processes() == [1, 2, 3]


def test_a_process_that_is_just_ending_is_not_listed(v2: Path) -> None:
    put(v2 / "a", cgroup__procs="7\n0\n")
    assert Group("a").processes() == [7]


def test_v2_kills_a_whole_group_at_once(v2: Path) -> None:
    put(v2 / "a", cgroup__procs="", cgroup__kill="")
    assert Group("a").kill()
    assert held(v2 / "a")["cgroup.kill"] == "1"


def test_a_group_that_is_busy_for_a_moment_is_removed_all_the_same(v2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (v2 / "a").mkdir()
    removed, busy = Path.rmdir, [1, 2, 3]

    def busy_at_first(self: Path) -> None:
        if busy:
            busy.pop()
            raise OSError(errno.EBUSY, "Device or resource busy")
        removed(self)

    monkeypatch.setattr(Path, "rmdir", busy_at_first)
    Group("a").remove()
    assert not (v2 / "a").exists()


def test_a_group_that_stays_busy_is_an_error(v2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(self: Path) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    (v2 / "a").mkdir()
    monkeypatch.setattr(Path, "rmdir", busy)
    with pytest.raises(OSError, match="busy"):
        Group("a").remove(patience=0.02)


@pytest.fixture
def real() -> Iterator[Group]:
    """A group of this machine's own."""
    group = Group(f"slipway-test-{uuid.uuid4().hex[:8]}")
    try:
        group.make()
        if cgroups.is_v2():
            cgroups.hand_down(cgroups.ROOT)
            cgroups.hand_down(cgroups.ROOT / group.path)
        child = Group(f"{group.path}/work")
        child.make()
        child.bound(BOUNDS)
    except OSError as error:
        group.remove()
        pytest.skip(f"control groups are not writable here: {error}")
    yield child
    group.kill()
    group.remove()


def test_real_bounds_go_down_and_up_again(real: Group) -> None:
    for size in (16, 256, 64):
        real.bound(Bounds(size, 10, 0.5))
        name = "memory.max" if cgroups.is_v2() else "memory.limit_in_bytes"
        assert int((real.directory("memory") / name).read_text()) == size * MB
    assert int((real.directory("pids") / "pids.max").read_text()) == 10


def test_a_real_group_is_killed_with_what_is_below_it_and_removed(real: Group) -> None:
    below = Group(f"{real.path}/below")
    below.make()
    with subprocess.Popen(["sleep", "60"]) as one, subprocess.Popen(["sleep", "60"]) as two:
        for group, process in ((real, one), (below, two)):
            # v2 wants no process beside groups that controllers are handed to; none are handed to `below`
            for directory in group.directories():
                (directory / "cgroup.procs").write_text(str(process.pid))
        assert real.processes() == sorted([one.pid, two.pid])
        assert real.kill()
        assert {one.wait(5), two.wait(5)} == {-9}
    real.remove()
    assert not any(directory.exists() for directory in real.directories())


def test_a_fork_beyond_a_real_bound_is_counted(real: Group) -> None:
    real.bound(Bounds(64, 4, 1.0))
    script = "read line; for n in 1 2 3 4 5 6 7 8; do sleep 5 & done; wait"
    with subprocess.Popen(["bash", "-c", script], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for directory in real.directories():
            (directory / "cgroup.procs").write_text(str(process.pid))
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
        deadline = time.monotonic() + 10
        while not real.counters()["pids_refused"] and time.monotonic() < deadline:
            time.sleep(0.01)
        assert real.counters()["pids_refused"] >= 1
        real.kill()


def test_a_group_that_is_gone_cannot_be_watched(v1: Path) -> None:
    with pytest.raises(FileNotFoundError):
        OomWatch(Group("slipway/slot0/run/ended"))


def test_a_group_that_goes_while_it_is_being_watched_is_gone_too(v1: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel then takes no event for it any more: ENODEV."""
    put(v1 / "memory" / "slipway", memory__oom_control="")

    def refuses(self: Path, text: str) -> int:
        raise OSError(errno.ENODEV, "No such device")

    monkeypatch.setattr(Path, "write_text", refuses)
    with pytest.raises(FileNotFoundError):
        OomWatch(Group("slipway"))


def test_a_share_of_the_processors_is_a_weight_in_either_version(v1: Path) -> None:
    put(v1 / "cpu" / "a", cpu__shares=1024)
    Group("a").weigh(0.125)
    assert held(v1 / "cpu" / "a") == {"cpu.shares": "128"}


def test_a_share_is_a_weight_of_a_hundred_in_v2(v2: Path) -> None:
    put(v2 / "a", cpu__weight=100, cpu__stat="usage_usec 2500000\nuser_usec 1\n")
    Group("a").weigh(0.125)
    assert (v2 / "a" / "cpu.weight").read_text() == "12"
    assert Group("a").cpu_seconds() == 2.5
