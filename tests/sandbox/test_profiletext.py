from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox import profiletext, seccomp
from sandbox.facts import Problem
from sandbox.seccomp import Profile
from sandbox.stopped import NotAvailable

PLAIN = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "architectures": ["SCMP_ARCH_X86_64"],
    "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}],
}


def read(**changes: Any) -> Profile:
    made = profiletext.read(json.dumps({**PLAIN, **changes}))
    assert isinstance(made, Profile), made
    return made


def rule(**fields: Any) -> list[dict[str, Any]]:
    return [{"names": ["read"], "action": "SCMP_ACT_ALLOW", **fields}]


def problem(text: str) -> Problem:
    made = profiletext.read(text)
    assert isinstance(made, Problem), made
    assert made.file == "profile.json"
    return made


def test_a_profile_is_written_again_with_what_it_said() -> None:
    argument = {"index": 0, "op": "SCMP_CMP_MASKED_EQ", "value": 2114060288, "valueTwo": 0}
    whole = rule(errnoRet=38, args=[argument], includes={"caps": ["CAP_SYS_ADMIN"], "minKernel": "4.8"}, comment="x")
    again = json.loads(read(syscalls=whole, defaultErrnoRet=1).text())
    assert again["defaultErrnoRet"] == 1 and again["architectures"] == ["SCMP_ARCH_X86_64"]
    assert again["syscalls"] == [
        {
            "names": ["read"],
            "action": "SCMP_ACT_ALLOW",
            "errnoRet": 38,
            "args": [argument],
            "includes": {"caps": ["CAP_SYS_ADMIN"], "arches": [], "minKernel": "4.8"},
        }
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"syscalls": []},
        {"syscalls": None},
        {"flags": ["SECCOMP_FILTER_FLAG_TSYNC"]},
        {"architectures": None, "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": None}]},
        {"syscalls": rule(args=None, includes={}, excludes=None)},
        {"syscalls": [{"name": "read", "action": "SCMP_ACT_ALLOW"}]},
        {"//": "for people"},
    ],
)
def test_what_practitioners_write_is_read(changes: dict[str, Any]) -> None:
    read(**changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"defaultAction": "SCMP_ACT_DENY"}, "there are SCMP_ACT_ALLOW"),
        ({"defaultAction": None}, "says what happens"),
        ({"defaultErrnoRet": 5000}, "number of an error"),
        ({"defaultErrnoRet": True}, "number of an error"),
        ({"defaultaction": "SCMP_ACT_ALLOW"}, "is “defaultAction” meant?"),
        ({"sycalls": []}, "there are"),
        ({"architectures": ["x86_64"]}, "is no architecture"),
        ({"archMap": [{"architecture": "SCMP_ARCH_X86_64"}]}, "takes one of them"),
        ({"syscalls": {}}, "is a list of rules"),
        ({"syscalls": ["read"]}, "in braces"),
        ({"syscalls": rule(names=[])}, "names no call"),
        ({"syscalls": rule(name="read")}, "either"),
        ({"syscalls": rule(args=[{}] * 7)}, "at most six"),
        ({"syscalls": rule(args=[{"index": 6, "op": "SCMP_CMP_EQ"}])}, "0 to 5"),
        ({"syscalls": rule(args=[{"index": 0, "op": "EQ"}])}, "there are SCMP_CMP_NE"),
        ({"syscalls": rule(args=[{"index": 0, "op": "SCMP_CMP_EQ", "value": -1}])}, "64 bits"),
        ({"syscalls": rule(args=[{"index": 0, "op": "SCMP_CMP_EQ", "value": 1.5}])}, "64 bits"),
        ({"syscalls": rule(includes={"minKernel": 4.8})}, "such as"),
        ({"syscalls": rule(includes={"cap": []})}, "is no key of"),
        ({"syscalls": rule(names=[["read"]])}, "list of names"),
        ({"syscalls": rule(names=["x"] * 4001)}, "at most"),
        ({"syscalls": rule(args=[{"index": 0, "op": "SCMP_CMP_EQ"}]) * 201}, "200 conditions"),
    ],
)
def test_what_is_no_profile_is_told(changes: dict[str, Any], words: str) -> None:
    assert words in problem(json.dumps({**PLAIN, **changes})).message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n  "defaultAction": "SCMP_ACT_ERRNO"\n  "syscalls": []\n}', 3),
        ('{\n  "defaultAction": "SCMP_ACT_ERRNO",\n  "syscalls": [],\n  "syscalls": []\n}', 3),
        ('{\n  "defaultAction": "SCMP_ACT_DENY"\n}', 2),
        ('{"defaultErrnoRet": NaN, "defaultAction": "SCMP_ACT_ERRNO"}', 1),
        ("[" * 60_000, 1),
        ("[]", 1),
        ('{"defaultErrnoRet": ' + "9" * 5000 + "}", 1),
    ],
)
def test_a_slip_has_its_line(text: str, line: int) -> None:
    assert problem(text).line == line


@pytest.mark.parametrize(
    "changes",
    [
        {"defaultAction": "SCMP_ACT_LOG"},
        {"syscalls": rule(action="SCMP_ACT_NOTIFY")},
        {"listenerPath": "/run/agent.sock"},
        {"flags": ["SECCOMP_FILTER_FLAG_LOG"]},
    ],
)
def test_what_is_never_given_costs_no_attempt(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAvailable) as told:
        profiletext.read(json.dumps({**PLAIN, **changes}, indent=1))
    assert told.value.what.file == "profile.json" and told.value.what.line is not None


def test_names_that_no_kernel_has_are_told() -> None:
    assert read(syscalls=rule(names=["mkdirr", "stat64", "read"])).unknown == ("mkdirr",)


@pytest.mark.parametrize(
    ("action", "errno", "word"),
    [
        ("SCMP_ACT_ERRNO", None, "EPERM"),
        ("SCMP_ACT_ERRNO", 38, "ENOSYS"),
        ("SCMP_ACT_ERRNO", 99, "error 99"),
        ("SCMP_ACT_KILL_PROCESS", None, "SCMP_ACT_KILL_PROCESS"),
        ("SCMP_ACT_TRAP", None, "SCMP_ACT_TRAP"),
    ],
)
def test_every_refusal_becomes_an_error_of_its_own(action: str, errno: int | None, word: str) -> None:
    fields = {"action": action} if errno is None else {"action": action, "errnoRet": errno}
    made = seccomp.marked(read(syscalls=rule(**fields), defaultAction="SCMP_ACT_ALLOW"))
    assert made.default_action == "SCMP_ACT_ALLOW"
    assert made.rules[0].action == "SCMP_ACT_ERRNO" and made.rules[0].errno is not None
    assert 2999 < made.rules[0].errno < 4095
    assert seccomp.refusal(-made.rules[0].errno) == word


def test_the_kernels_own_answers_are_no_refusals() -> None:
    assert [seccomp.refusal(answer) for answer in (0, -1, -38, 12, 3001)] == [""] * 5


def test_keys_that_podman_writes_beside_the_numbers_are_read_over_and_told() -> None:
    rules = [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "errno": "EPERM"}]
    text = {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "defaultErrno": "ENOSYS", "syscalls": rules}
    profile = profiletext.read(json.dumps(text))
    assert isinstance(profile, Profile)
    assert (profile.default_errno, profile.ignored) == (38, ("defaultErrno", "errno"))
