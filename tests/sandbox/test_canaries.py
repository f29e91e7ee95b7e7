"""The canaries hold here, and each can fail: with a boundary taken away it says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox import builder, policy
from sandbox.canaries import CANARIES, builds, days, scripts
from sandbox.door import Slot

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.__name__)
def test_it_holds_on_this_machine(slot: Slot, canary: Callable[[Slot], str]) -> None:
    slot.tainted = True
    assert canary(slot) == ""


def test_a_policy_that_allows_everything_is_noticed(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "rules", lambda stock: {"rules": []})
    assert "ADD" in builds.policy_is_enforced(slot)


def test_a_memory_limit_that_is_not_applied_is_noticed(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    slot.tainted = True
    monkeypatch.setattr("sandbox.session.Session.bound", lambda self: None)
    monkeypatch.setattr(builds, "BASE", "FROM python:3.11-slim\nRUN head -c 200m /dev/zero | tail >/dev/null\n#")
    assert "more memory" in builds.memory_limit_holds(slot)


def test_an_index_that_is_the_same_on_another_day_is_noticed(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "TOMORROW", builder.GATEWAY)
    assert "no newer version" in days.another_day_is_another_day(slot)


def test_tags_that_do_not_move_are_noticed(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.experiments.tomorrow._move", lambda client, image: "sha256:none")
    assert "the same image" in days.another_day_is_another_day(slot)


def test_an_index_that_does_not_answer_is_noticed(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "TOMORROW", "127.0.0.1")  # of the step itself, where nobody listens
    assert "nothing could be built" in days.another_day_is_another_day(slot)


def test_a_profile_that_is_dropped_is_noticed(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.seccomp.Profile.text", lambda self: "unconfined")
    assert "not in force" in scripts.profiles_are_enforced(slot)


def test_a_script_that_reads_its_neighbour_is_noticed(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.scripts.Room.user", lambda self, number: "0:0")
    assert "reached more" in scripts.scripts_are_alone(slot)
