from __future__ import annotations

import pytest

from sandbox.compose import emission, project
from sandbox.limits import DEFAULT
from tests.sandbox.compose.test_project import GIVEN, WEB

CHECK = '    healthcheck: {{test: [CMD, "true"]{more}}}\n'


@pytest.mark.parametrize(("more", "starts_often"), [("", False), (", start_period: 5s", True)])
def test_a_health_check_runs_often_and_compose_takes_it(more: str, starts_often: bool) -> None:
    """Compose refuses `start_interval` without the period in which it counts."""
    model = project.read(WEB + CHECK.format(more=more), GIVEN)
    services = emission.ours(model, emission.Terms(GIVEN, DEFAULT))["services"]
    assert isinstance(services, dict) and isinstance(services["web"], dict)
    check = services["web"]["healthcheck"]
    assert isinstance(check, dict)
    assert check["interval"] == f"{emission.HEALTH_MS}ms"
    assert check.get("start_interval") == (check["interval"] if starts_often else None)
