from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.engine import processes

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
NOBODY = 65534
REMAPPED = [(0, 100_000, 65_536)]


@contextmanager
def running(*command: str) -> Iterator[int]:
    with subprocess.Popen([*command, "sleep", "60"]) as process:
        try:
            deadline = time.monotonic() + 10
            while Path(f"/proc/{process.pid}/comm").read_text() != "sleep\n":
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.01)
            yield process.pid
        finally:
            process.kill()


def test_what_runc_still_prepares_is_read_when_it_is_the_containers_own() -> None:
    """bash names itself as runc's helper does, then becomes another program, as the helper does."""
    waits = "printf 'runc:[2:INIT]' > /proc/$$/comm; sleep 0.5; exec sleep 60"
    with subprocess.Popen(["bash", "-c", waits]) as process:
        comm = Path(f"/proc/{process.pid}/comm")
        while not comm.read_text().startswith(processes.PREPARED):
            time.sleep(0.01)
        try:
            assert [seen.name for seen in processes.look([process.pid])] == ["sleep"]
        finally:
            process.kill()


def test_programs_that_only_call_themselves_so_are_judged_within_one_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PREPARING_SECONDS", 0.3)
    liar = ["bash", "-c", "printf 'runc:[2:INIT]' > /proc/$$/comm; while :; do read -t 1 x < <(sleep 2); done"]
    with subprocess.Popen(liar) as one, subprocess.Popen(liar) as two:
        begun = time.monotonic()
        try:
            time.sleep(0.2)
            assert [seen.name for seen in processes.look([one.pid, two.pid])] == ["runc:[2:INIT]"] * 2
            assert time.monotonic() - begun < 2
        finally:
            one.kill()
            two.kill()


@pytest.mark.parametrize(("outside", "inside"), [(100_000, 0), (100_033, 33), (165_535, 65_535)])
def test_ids_are_mapped_back_through_the_user_namespace(outside: int, inside: int) -> None:
    assert processes._inside(outside, REMAPPED) == inside


@pytest.mark.parametrize("outside", [0, 99_999, 165_536, 4_294_967_295])
def test_an_unmapped_id_is_never_root_by_accident(outside: int) -> None:
    assert processes._inside(outside, REMAPPED) == outside


def test_of_several_ranges_the_right_one_counts() -> None:
    assert processes._inside(5_010, [(0, 100_000, 1), (1, 5_000, 100)]) == 11


def test_ids_are_mapped_out_again(tmp_path: Path) -> None:
    file = tmp_path / "uid_map"
    file.write_text("         0     100000      65536\n")
    assert processes.outside(33, file) == 100_033
    with pytest.raises(ValueError, match="65536 is not mapped"):
        processes.outside(65_536, file)


def test_this_very_process_is_seen_as_the_kernel_has_it() -> None:
    (seen,) = processes.look([os.getpid()])
    assert seen.uids == (*os.getresuid(), os.geteuid())
    assert seen.gids == (*os.getresgid(), os.getegid())
    assert set(seen.groups) == set(os.getgroups())
    assert seen.host_pid == os.getpid()
    assert "py" in seen.command


def test_a_process_that_is_gone_is_left_out() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert processes.look([process.pid, os.getpid()])[0].host_pid == os.getpid()


def test_a_command_line_is_shown_and_cut() -> None:
    with running("env") as pid:
        assert processes.look([pid])[0].command == "sleep 60"
    with subprocess.Popen(["sh", "-c", "read line; exit", "x" * 5000], stdin=subprocess.PIPE) as process:
        assert len(processes.look([process.pid])[0].command) <= processes.COMMAND_BYTES


@ROOT
def test_capabilities_have_their_names() -> None:
    with running("setpriv", "--bounding-set=-all,+net_bind_service,+chown", "--inh-caps=-all") as pid:
        assert processes.look([pid])[0].effective_capabilities == ("chown", "net_bind_service")
    with running("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") as pid:
        (seen,) = processes.look([pid])
        assert (seen.uids, seen.gids, seen.groups) == ((NOBODY,) * 4, (NOBODY,) * 4, ())
        assert seen.effective_capabilities == ()


def test_every_capability_of_this_kernel_has_a_name() -> None:
    assert int(Path("/proc/sys/kernel/cap_last_cap").read_text()) < len(processes.CAPABILITIES)


@ROOT
def test_root_of_a_user_namespace_is_reported_as_root() -> None:
    become = ("setpriv", "--reuid=100000", "--regid=100000", "--clear-groups")
    try:
        with running(*become, "unshare", "--user", "--map-root-user") as pid:
            assert Path(f"/proc/{pid}").stat().st_uid == 100_000
            (seen,) = processes.look([pid])
    except (AssertionError, FileNotFoundError):
        pytest.skip("this machine lets no plain user make a user namespace")
    assert seen.uids == (0, 0, 0, 0)


@ROOT
def test_a_process_is_numbered_as_in_its_own_namespace() -> None:
    with subprocess.Popen(["unshare", "--pid", "--fork", "--kill-child", "sleep", "60"]) as process:
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            while not children.read_text():
                time.sleep(0.01)
            (seen,) = processes.look([int(children.read_text())])
        finally:
            process.kill()
    assert seen.pid == 1


@ROOT
def test_a_process_in_thousands_of_groups_does_not_fill_the_answer() -> None:
    code = "import os; os.setgroups(range(100_000, 110_000)); os.execvp('sleep', ['sleep', '60'])"
    with running(sys.executable, "-c", code) as pid:
        (seen,) = processes.look([pid])
        assert len(seen.groups) == processes.GROUPS


@ROOT
def test_capabilities_in_reserve_are_seen() -> None:
    with running("setpriv", "--bounding-set=-all,+net_bind_service", "--inh-caps=-all") as pid:
        assert processes.look([pid])[0].permitted_capabilities == ("net_bind_service",)


def test_the_files_that_run_are_listed() -> None:
    found = processes.programs([os.getpid()])
    assert os.path.realpath(sys.executable) in found
    assert any("libc" in path for path in found)
