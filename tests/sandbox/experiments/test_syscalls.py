"""On the real engine: what a profile says is what the kernel answered, whatever way it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from sandbox import containers, door
from sandbox.engine.probes.calls import CALLS as PROBED
from sandbox.facts import Outcome, Start
from sandbox.plan import Experiment, Plan
from sandbox.session import ENGINE_SECONDS, Session
from sandbox.syscallfacts import Syscalls, Tried
from tests.engine import APP

pytestmark = pytest.mark.engine
CATALOGUE = Path(__file__).resolve().parents[3] / "labs" / "catalogue" / "seccomp-profile"
CALLS = Experiment("calls", "syscalls", profile="profile.json", needed=("read",), forbidden=("mkdir", "mkdirat"))
Tries = Callable[..., Outcome]


@pytest.fixture
def tries(slot: door.Slot) -> Tries:
    def run(
        profile: str | dict[str, Any], *experiments: Experiment, context: dict[str, bytes] | None = None
    ) -> Outcome:
        text = profile if isinstance(profile, str) else json.dumps(profile)
        return slot.run(
            Plan("test", context or {}, {"profile.json": text}, experiments or (CALLS,)), lambda event: None
        )

    return run


def calls(outcome: Outcome) -> dict[str, Tried]:
    fact = outcome.facts["calls"]
    assert isinstance(fact, Syscalls) and fact.loaded, fact
    return {tried.name: tried for tried in fact.calls}


def refusing(*names: str, action: str = "SCMP_ACT_ERRNO", **fields: Any) -> dict[str, Any]:
    return {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": list(names), "action": action, **fields}]}


def test_only_what_is_named_is_refused_and_its_twin_is_not(tries: Tries) -> None:
    seen = calls(tries(refusing("mkdir")))
    assert (seen["mkdir"].outcome, seen["mkdir"].refusal, seen["mkdir"].named) == ("refused", "EPERM", True)
    assert (seen["mkdirat"].outcome, seen["mkdirat"].refusal, seen["mkdirat"].named) == ("allowed", "", False)
    assert (seen["mkdir"].listed, seen["read"].listed, seen["bpf"].listed) == ("forbidden", "needed", "")
    assert {tried.outcome for tried in seen.values()} <= {"refused", "allowed", "unknown"}


@pytest.mark.parametrize("action", ["SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP", "SCMP_ACT_TRACE"])
def test_every_way_to_refuse_is_seen(tries: Tries, action: str) -> None:
    seen = calls(tries(refusing("mkdir", "sendto", "exit", "exit_group", action=action)))
    assert (seen["mkdir"].outcome, seen["mkdir"].refusal) == ("refused", action)
    assert seen["sendto"].outcome == "refused" and seen["read"].outcome == "allowed"


def test_a_profile_that_stops_the_engine_half_way_is_the_learners_and_ends_in_time(tries: Tries) -> None:
    outcome = tries(refusing("write", "exit_group"))
    fact = outcome.facts["calls"]
    assert isinstance(fact, Syscalls) and not fact.loaded and "did not start" in fact.problem
    assert "/proc/" not in fact.problem  # the engine's own trouble with what is gone
    assert outcome.timings.total < ENGINE_SECONDS


def test_only_the_start_under_the_profile_is_ended_in_time(tries: Tries, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded, seen = containers.bounded_start, list[str]()

    def noted(session: Session, identity: str) -> AbstractContextManager[None]:
        seen.append(identity)
        return bounded(session, identity)

    monkeypatch.setattr(containers, "bounded_start", noted)
    calls(tries(refusing("mkdir")))
    assert len(seen) == 1


def test_a_condition_on_arguments_does_not_hide_a_call(tries: Tries) -> None:
    argument = {"index": 1, "value": 0o755, "op": "SCMP_CMP_EQ"}
    assert calls(tries(refusing("mkdir", args=[argument])))["mkdir"].outcome == "partly"


def test_a_capability_that_a_container_has_not_includes_nothing(tries: Tries) -> None:
    without = refusing("mkdir", includes={"caps": ["CAP_SYS_ADMIN"]})
    with_it = refusing("mkdir", includes={"caps": ["CAP_CHOWN"]})
    assert calls(tries(without))["mkdir"].outcome == "allowed"
    assert calls(tries(with_it))["mkdir"].outcome == "refused"


def test_under_the_default_that_the_lab_gives_namespaces_are_refused_and_threads_are_not(tries: Tries) -> None:
    outcome = tries((CATALOGUE / "starter" / "profile.json").read_text())
    seen = calls(outcome)
    assert seen["clone(a new thread)"].outcome == "allowed"
    assert seen["clone(a new user namespace)"].outcome == seen["clone(other new namespaces)"].outcome == "refused"
    assert (seen["clone3"].outcome, seen["clone3"].refusal) == ("refused", "ENOSYS")
    assert seen["unshare"].outcome == "refused" and seen["mkdir"].outcome == "allowed"


def test_a_profile_under_which_nothing_starts_is_the_learners(tries: Tries) -> None:
    for profile in ({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": []}, {"defaultAction": "SCMP_ACT_KILL_PROCESS"}):
        fact = tries(profile).facts["calls"]
        assert isinstance(fact, Syscalls)
        assert not fact.loaded and "the container" in fact.problem and fact.line is None


def test_a_file_that_is_no_profile_has_its_line_and_starts_nothing(tries: Tries) -> None:
    fact = tries('{\n"defaultAction": 1}').facts["calls"]
    assert isinstance(fact, Syscalls) and not fact.loaded and fact.line == 2


def test_what_is_never_given_is_not_available(tries: Tries) -> None:
    outcome = tries({"defaultAction": "SCMP_ACT_LOG"})
    assert outcome.unavailable is not None and outcome.unavailable.name == "SCMP_ACT_LOG"


def test_the_largest_profile_that_is_taken_is_loaded_in_time(tries: Tries) -> None:
    names = sorted({call.syscall for call in PROBED})
    compared = [
        {
            "names": [names[n % 60]],
            "action": "SCMP_ACT_TRAP",
            "args": [{"index": n % 6, "value": n, "op": "SCMP_CMP_GT"}],
        }
        for n in range(200)
    ]
    seen = tries({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": compared})
    assert seen.timings.total < 15


def test_an_app_runs_under_the_profile(tries: Tries) -> None:
    context = {"app.py": APP, "Dockerfile": b'FROM python:3.11-slim\nCOPY app.py /\nCMD ["python", "/app.py"]\n'}
    image = Experiment("image", "build", dockerfile="Dockerfile", tag="app:1")
    app = Experiment("app", "start", after="image", ready="/", profile="profile.json")
    works = tries(refusing("mkdir"), image, app, context=context).facts["app"]
    assert isinstance(works, Start) and works.answered
    dies = tries(refusing("listen"), image, app, context=context).facts["app"]
    assert isinstance(dies, Start) and not dies.answered and "PermissionError" in dies.log_tail
