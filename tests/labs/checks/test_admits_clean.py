from __future__ import annotations

from labs.checks.admits_clean import HINT, NOT_A_PROGRAM, run
from tests.labs import gate
from tests.labs.facts import context


def test_good_images_that_get_through_pass() -> None:
    assert run(gate.gate(gate.run("a", "clean", 0), gate.run("b", "secret", 1)), context()).status == "passed"


def test_a_stopped_good_image_fails_with_what_was_said() -> None:
    fact = gate.gate(gate.run("a-b", "clean", 5, stderr="jq: error: null\n"), gate.run("c", "secret", 1))
    verdict = run(fact, context())
    assert (verdict.status, verdict.hint, verdict.file) == ("failed", HINT, "gate")
    assert "a b: exit code 5, `jq: error: null`" in verdict.found


def test_a_file_that_is_no_program_gets_another_hint() -> None:
    fact = gate.gate(gate.run("a", "clean", 126), gate.run("b", "secret", 1, stdout="exec ./gate: no such file\n"))
    assert run(fact, context()).hint == NOT_A_PROGRAM
