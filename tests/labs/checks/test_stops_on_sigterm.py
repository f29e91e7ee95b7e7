from __future__ import annotations

import pytest

from labs.checks.stops_on_sigterm import run
from sandbox.facts import Stop
from tests.labs.facts import context


@pytest.mark.parametrize("code", [0, 1, 143])
def test_any_end_but_a_kill_passes(code: int) -> None:
    verdict = run(Stop("SIGTERM", 0.12, False, code, "python app.py"), context())
    assert verdict.status == "passed"
    assert verdict.found == f"Ended 0.1 s after SIGTERM with exit code {code}; PID 1 was `python app.py`"


def test_a_kill_fails_and_names_the_first_process() -> None:
    verdict = run(Stop("SIGTERM", 3.1, True, 137, "/bin/sh -c python app.py"), context())
    assert verdict.status == "failed"
    assert verdict.found == "SIGTERM did not end it: killed after 3.1 s; PID 1 was `/bin/sh -c python app.py`"
