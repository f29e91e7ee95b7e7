from __future__ import annotations

from typing import Any

from labs.pages.health import health
from sandbox.healthfacts import Broken, Health, Trial
from tests import factories

SAW = Broken("refuse", True, 0.8, Trial(7, "trace\ncurl: (7) refused\n"), True, 0.5, Trial(0, ""))
BLIND = Broken("error", False, 1.6, Trial(0, "ok\n"))
STAYED = Broken("hang", True, 3.1, Trial(-1, ""), False, 2.0, Trial(1, "no\n"))


def checked(*faults: Broken, **fields: Any) -> Health:
    plain: dict[str, Any] = {
        "answered": True,
        "healthy": True,
        "healthy_seconds": 0.6,
        "trial": Trial(0, ""),
        "faults": faults,
    }
    return Health(("CMD-SHELL", "curl -f x"), 30.0, 3.0, 0.0, 3, **{**plain, **fields})


def test_every_fault_is_a_row_of_what_was_said() -> None:
    shown = health(factories.facts({"broken": checked(SAW, BLIND), "hung": checked(STAYED)}))
    assert shown is not None and shown.command == "curl -f x"
    assert (shown.first.tone, shown.first.word, shown.first.seconds) == ("passed", "healthy", 0.6)
    said = [(row.broken.word, row.broken.output, row.mended.word if row.mended else None) for row in shown.rows]
    assert said == [
        ("unhealthy", "curl: (7) refused", "healthy"),
        ("still healthy", "ok", None),
        ("unhealthy", "ended when its time was over", "unhealthy"),
    ]
    assert [row.broken.tone for row in shown.rows] == ["passed", "failed", "passed"]


def test_a_container_that_ended_says_so() -> None:
    ended = Broken("refuse", False, 0.4, None, exit_code=0)
    shown = health(factories.facts({"broken": checked(ended)}))
    assert shown is not None and shown.rows[0].broken.word == "the container ended"
    assert shown.rows[0].mended is None


def test_a_check_that_never_succeeds_is_shown_with_what_it_said() -> None:
    shown = health(factories.facts({"broken": checked(healthy=False, trial=Trial(127, "sh: curl: not found\n"))}))
    assert shown is not None
    assert (shown.first.word, shown.first.output, shown.rows) == ("unhealthy", "sh: curl: not found", ())


def test_without_a_check_there_is_no_picture() -> None:
    assert health(factories.facts({"broken": checked(answered=False, healthy=False)})) is None
