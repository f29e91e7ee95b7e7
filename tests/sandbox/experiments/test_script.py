"""On the real engine: a learner's script alone with its inputs, and everything it does ends as a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import door
from sandbox.facts import Outcome
from sandbox.plan import Case, Experiment, Plan
from sandbox.scriptfacts import CaseRun, Script

pytestmark = pytest.mark.engine
Decides = Callable[..., dict[str, CaseRun]]
INPUT = {"input.txt": b"the {word} of today\n"}


@pytest.fixture
def outcome(slot: door.Slot) -> Callable[..., Outcome]:
    def run(text: str, *cases: Case, **fields: Any) -> Outcome:
        experiment = Experiment("gate", "script", script="gate", cases=cases or (Case("only", "x"),), **fields)
        plan = Plan("test", INPUT, {"gate": text}, (experiment,), values={"word": "word-77"})
        return slot.run(plan, lambda event: None)

    return run


@pytest.fixture
def decides(outcome: Callable[..., Outcome]) -> Decides:
    def run(text: str, *cases: Case, **fields: Any) -> dict[str, CaseRun]:
        fact = outcome(text, *cases, **fields).facts["gate"]
        assert isinstance(fact, Script)
        return {made.name: made for made in fact.runs}

    return run


def test_each_case_has_its_own_arguments_files_and_texts(decides: Decides) -> None:
    first = Case("first", "x", True, ("a",), {"in": "input.txt"}, says=("word-77", "{word}", "other"), hides=("of",))
    seen = decides('#!/bin/sh\ncat in; echo "$1" >&2; [ -f in ]\n', first, Case("second", "x", False, ("b",)))
    assert (seen["first"].ran.stdout, seen["first"].ran.stderr) == ("the word-77 of today\n", "a\n")
    assert seen["first"].admitted and seen["first"].missing == ("other",) and seen["first"].excess == ("of",)
    assert seen["second"].refused and "b\n" in seen["second"].ran.stderr


@pytest.mark.parametrize(
    "attempt",
    [
        "echo x >> gate",
        "echo x > new",
        "echo x > /etc/new",
        "chmod 777 .",
        "cat /cases/1/in",
        "ls /cases/1",
        "dd if=/dev/zero of=/tmp/large bs=1M count=9",
        "curl -sf --max-time 1 http://packages.slipway/",
        "mount -t tmpfs x /tmp",
        "unshare -r true",
    ],
)
def test_what_a_script_may_not_do(decides: Decides, attempt: str) -> None:
    other = Case("other", "x", files={"in": "input.txt"})
    seen = decides(f"#!/bin/sh\n[ -e in ] && exit 0\n{attempt}\n", Case("only", "x"), other)
    assert seen["other"].admitted
    assert seen["only"].refused, attempt


def test_its_own_temporary_files_are_its_own(decides: Decides) -> None:
    seen = decides(
        '#!/bin/bash\nset -e\ncat <<< hello > /tmp/x\n[ "$(ls /tmp)" = x ]\n', Case("a", "x"), Case("b", "x")
    )
    assert seen["a"].admitted and seen["b"].admitted


def test_time_and_memory_are_values(decides: Decides) -> None:
    waits = decides("#!/bin/sh\ntrap '' TERM\necho so far\nsleep 60\n", seconds=1)["only"]
    assert (waits.ran.limit, waits.ran.exit_code, waits.ran.stdout) == ("time", None, "so far\n")
    assert not waits.admitted and not waits.refused
    hungry = decides("#!/usr/bin/env python\nheld = b'x' * (400 << 20)\n")["only"]
    assert hungry.ran.limit == "memory" and not hungry.refused


def test_endless_output_is_bounded(decides: Decides) -> None:
    loud = decides("#!/bin/sh\nyes 'a line' | head -c 20000000\nexit 3\n")["only"]
    assert loud.ran.exit_code == 3 and len(loud.ran.stdout) <= 4000


@pytest.mark.parametrize("text", ["echo no first line\n", "#!/no/such/program\n"])
def test_a_file_that_is_no_program_refuses_and_says_so(decides: Decides, text: str) -> None:
    seen = decides(text)["only"]
    assert seen.refused and "exec" in seen.ran.output


def test_python_is_where_first_lines_look_for_it(decides: Decides) -> None:
    for line in ("/usr/bin/python3", "/usr/bin/env python3", "/usr/local/bin/python3"):
        assert decides(f"#!{line}\nimport json\n")["only"].admitted


def test_an_image_that_is_not_here_costs_no_attempt(outcome: Callable[..., Outcome]) -> None:
    missing = outcome("#!/bin/sh\n", image="no/such:1").unavailable
    assert missing is not None and missing.name == "no/such:1"
