"""Canaries of learners' scripts and profiles: a profile is in force, a script is alone with what it was given."""

from __future__ import annotations

import json

from sandbox.door import Slot
from sandbox.plan import Case, Experiment, Plan
from sandbox.scriptfacts import Script
from sandbox.syscallfacts import Syscalls

_SCRIPT = """#!/bin/sh
[ -e own ] || exit 0
ls /cases/1 > /dev/null 2>&1 && exit 1
touch ./new /etc/new 2> /dev/null && exit 1
[ "$(ls /sys/class/net)" = lo ] || exit 1
[ "$(id -u)" != 0 ]
"""


def profiles_are_enforced(slot: Slot) -> str:
    """A profile that the engine drops on the way would let every call through."""
    profile = {
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 99}],
    }
    experiment = Experiment("calls", "syscalls", profile="profile.json", needed=("read",), forbidden=("mkdir",))
    plan = Plan("canary", {}, {"profile.json": json.dumps(profile)}, (experiment,))
    fact = slot.run(plan, lambda event: None).facts.get("calls")
    seen = {one.name: one for one in fact.calls} if isinstance(fact, Syscalls) else {}
    if "mkdir" not in seen or seen["mkdir"].refusal != "error 99" or seen["mkdirat"].outcome != "allowed":
        return "a seccomp profile was not in force, or refused what it does not name"
    return ""


def scripts_are_alone(slot: Slot) -> str:
    """One script must neither read what another was given, nor write, nor reach a network."""
    cases = (Case("own", "x", files={"own": "text"}), Case("other", "x"))
    experiment = Experiment("script", "script", script="run", cases=cases)
    outcome = slot.run(Plan("canary", {"text": b"x"}, {"run": _SCRIPT}, (experiment,)), lambda event: None)
    if outcome.unavailable is not None:
        return ""  # no image to run scripts in: labs with scripts are closed by that
    fact = outcome.facts.get("script")
    right = isinstance(fact, Script) and all(run.admitted for run in fact.runs)
    return "" if right else "a learner's script reached more than what it was given"
