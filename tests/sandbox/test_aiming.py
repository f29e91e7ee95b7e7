"""Which further tries a profile suggests by its own conditions."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.aiming import aimed, word
from sandbox.engine.probes.calls import EXTRA
from sandbox.seccomp import ALLOW, ERRNO, Profile, Rule

CLONES = ("clone(a new user namespace)", "clone(other new namespaces)")


def profile(*rules: Rule) -> Profile:
    return Profile(ERRNO, 1, rules)


def rule(name: str, *conditions: tuple[int, str, int], action: str = ALLOW, second: int = 0) -> Rule:
    arguments: list[dict[str, Any]] = [
        {"index": index, "op": f"SCMP_CMP_{op}", "value": value, "valueTwo": second} for index, op, value in conditions
    ]
    return Rule((name,), action, fields={"args": arguments})


@pytest.mark.parametrize(
    ("op", "value", "tried"),
    [("EQ", 0o600, 0o600), ("NE", 4, 5), ("LT", 4, 3), ("LE", 4, 4), ("GT", 4, 5), ("GE", 4, 4)],
)
def test_a_condition_is_met_by_the_try(op: str, value: int, tried: int) -> None:
    ((call, arguments),) = aimed(profile(rule("chmod", (1, op, value))), ["chmod"])
    assert (call.name, arguments[1]) == ("chmod", tried)


def test_a_mask_is_met_by_what_it_is_compared_with() -> None:
    ((_, arguments),) = aimed(profile(rule("chmod", (1, "MASKED_EQ", 0o700), second=0o500)), ["chmod"])
    assert arguments[1] == 0o500


def test_rules_that_refuse_or_ask_nothing_or_are_not_forbidden_suggest_nothing() -> None:
    rules = (rule("chmod", (1, "EQ", 1), action=ERRNO), Rule(("mkdir",), ALLOW), rule("read", (0, "EQ", 1)))
    assert aimed(profile(*rules), ["chmod", "mkdir"]) == ()


def test_clone_is_tried_where_it_asks_for_a_namespace_that_makes_no_process() -> None:
    thread, host_name, user = 0x3D0F00, 0x0400_0011, 0x1000_0011
    rules = [rule("clone", (0, "EQ", flags)) for flags in (thread, host_name, user)]
    assert [arguments[0] for _, arguments in aimed(profile(*rules), CLONES)] == [host_name]


def test_what_would_change_the_probe_comes_last_and_the_number_is_bounded() -> None:
    many = [rule("unshare", (0, "EQ", 1)), *(rule("chmod", (1, "EQ", number)) for number in range(EXTRA))]
    found = aimed(profile(*many), ["chmod", "unshare"])
    assert len(found) == EXTRA
    assert found[0][0].name == "chmod"


def test_a_try_is_written_as_the_probe_reads_it() -> None:
    (one,) = aimed(profile(rule("fchmod", (0, "EQ", 10), (1, "EQ", 0o777))), ["fchmod"])
    assert word(one) == "5b:a:1ff:0:0:0:0"
