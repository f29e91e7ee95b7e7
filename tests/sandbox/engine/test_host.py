from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.engine import host


def needs(monkeypatch: pytest.MonkeyPatch, *answers: bool) -> list[int]:
    """Replace what is asked for; the numbers of those that were asked."""
    asked: list[int] = []

    def need(number: int, answer: bool) -> bool:
        asked.append(number)
        return answer

    found = [(lambda n=n, a=a: need(n, a), f"need {n} is missing") for n, a in enumerate(answers)]
    monkeypatch.setattr(host, "_NEEDS", tuple(found))
    return asked


def test_nothing_is_missing_where_everything_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    needs(monkeypatch, True, True)
    assert host.missing() == ""


def test_the_first_missing_need_is_named_and_no_later_one_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = needs(monkeypatch, True, False, False)
    assert host.missing() == "need 1 is missing"
    assert asked == [0, 1]


def test_a_plain_user_is_told_that_root_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "root" in host.missing()


def test_this_machine_is_judged_in_one_sentence_or_none() -> None:
    sentence = host.missing()
    assert "\n" not in sentence
    assert not sentence.endswith(".")


def test_looking_leaves_nothing_behind() -> None:
    mounts = Path("/proc/self/mounts").read_text()
    host.missing()
    assert Path("/proc/self/mounts").read_text() == mounts
    assert not list(Path("/sys/fs/cgroup").glob(f"**/slipway-probe-{os.getpid()}"))


def test_a_program_that_is_not_there_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert host._new_namespaces() is False
