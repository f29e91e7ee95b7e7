from __future__ import annotations

from labs.checks.reason_names_the_cve import run
from tests.labs import gate
from tests.labs.facts import context


def test_what_stopped_it_and_only_that_passes() -> None:
    assert run(gate.gate(gate.run("a", "vulnerable"), gate.run("b", "clean", 0)), context()).status == "passed"


def test_what_is_missing_and_what_is_too_much_is_told() -> None:
    fact = gate.gate(gate.run("a-b", "vulnerable", missing=("CVE-1",), excess=("CVE-2",)))
    verdict = run(fact, context())
    assert (verdict.status, verdict.file) == ("failed", "gate")
    assert verdict.found == "a b: it does not name `CVE-1` and names `CVE-2`, which is no reason"
