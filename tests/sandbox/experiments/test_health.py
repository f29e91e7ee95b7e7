"""On the real engine: what breaks the app is seen by a check that looks, and by no other."""

from __future__ import annotations

import pytest

from sandbox.healthfacts import Health
from sandbox.plan import Experiment
from tests.engine import BASE, RUNS, Tried

pytestmark = pytest.mark.engine
ASKS = "import urllib.request as u; u.urlopen('http://localhost:8080/')"
ENDS = "import os, signal; signal.signal(signal.SIGTERM, lambda *_: os._exit(0)); import app"


def health(tried: Tried, dockerfile: str, *faults: str) -> Health:
    fact = tried(dockerfile, Experiment("broken", "health", after="image", ready="/", faults=faults)).facts["broken"]
    assert isinstance(fact, Health)
    return fact


def test_a_check_that_asks_sees_every_fault_and_its_end(tried: Tried) -> None:
    check = f'HEALTHCHECK --interval=1h --start-period=1m CMD ["python", "-c", "{ASKS}"]\n'
    fact = health(tried, RUNS + check, "refuse", "error", "hang", "stall")
    assert (fact.interval, fact.timeout, fact.start_period, fact.retries, fact.line) == (3600, 30, 60, 3, 5)
    assert fact.healthy and [broken.fault for broken in fact.faults] == ["refuse", "error", "hang", "stall"]
    assert all(broken.unhealthy and broken.recovered and broken.exit_code is None for broken in fact.faults)
    refused, error, hung, stalled = [broken.trial for broken in fact.faults]
    assert refused is not None and "Connection refused" in refused.output
    assert error is not None and "500" in error.output
    assert hung is not None and hung.exit_code == -1
    assert stalled is not None and stalled.exit_code == -1


def test_a_check_that_only_connects_does_not_see_an_app_that_answers_nothing(tried: Tried) -> None:
    connects = "import socket; socket.create_connection(('localhost', 8080), 2)"
    fact = health(tried, RUNS + f'HEALTHCHECK CMD ["python", "-c", "{connects}"]\n', "hang", "stall")
    assert [broken.unhealthy for broken in fact.faults] == [True, False]


def test_a_check_that_always_says_yes_stays_healthy(tried: Tried) -> None:
    fact = health(tried, RUNS + "HEALTHCHECK CMD echo well\n", "refuse", "error")
    assert [broken.unhealthy for broken in fact.faults] == [False, False]
    assert fact.faults[0].trial is not None and fact.faults[0].trial.output == "well\n"


def test_a_check_that_ends_the_container_is_told_from_one_that_reports(tried: Tried) -> None:
    last = f'CMD ["python", "-c", "{ENDS}"]\nHEALTHCHECK CMD python -c "{ASKS}" || kill 1\n'
    fact = health(tried, BASE + last, "refuse", "error")
    assert [(broken.exit_code, broken.recovered) for broken in fact.faults] == [(0, False)]


@pytest.mark.parametrize("last", ["", "HEALTHCHECK NONE\n"])
def test_an_image_without_a_check_is_not_started(tried: Tried, last: str) -> None:
    fact = health(tried, RUNS + last, "refuse")
    assert fact.test == (("NONE",) if last else ())
    assert not fact.answered and not fact.healthy


def test_a_dead_app_is_not_broken(tried: Tried) -> None:
    fact = health(tried, BASE + 'HEALTHCHECK CMD true\nCMD ["false"]\n', "refuse")
    assert not fact.answered and not fact.faults
