"""On the real engine: a service that is ready before the one behind it."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from sandbox.composefacts import Matrix
from sandbox.door import Slot
from sandbox.plan import Experiment, Plan, Request
from tests.sandbox.experiments.test_compose import APP, IMAGE, OWN, UP, up

pytestmark = pytest.mark.engine
GATEWAY = """
    import http.server, urllib.request

    class Gateway(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            try:
                status = 200 if self.path == '/' else urllib.request.urlopen('http://db:8080/', timeout=1).status
            except OSError:
                status = 502
            self.send_response(status)
            self.send_header('Content-Length', '0')
            self.end_headers()

    http.server.ThreadingHTTPServer(('', 8080), Gateway).serve_forever()
"""


@pytest.mark.parametrize(("begins", "status"), [("sleep 1; exec python app.py", 200), ("sleep 60", 502)])
def test_a_service_behind_the_one_that_is_asked_has_a_moment_to_begin(slot: Slot, begins: str, status: int) -> None:
    web, db = "{image: app:1, command: [python, gateway.py]}", f"{{image: app:1, command: [sh, -c, '{begins}']}}"
    text = f"services: {{web: {web}, db: {db}}}"
    context = {"app.py": APP, "gateway.py": dedent(GATEWAY).encode(), "Own": OWN + b"COPY gateway.py .\n"}
    asked = replace(UP, requests=(Request("/behind"),))
    outcome = slot.run(Plan("test", context, {"compose.yaml": text}, (IMAGE, asked)), lambda event: None)
    assert [one.status for one in up(outcome).exchanges] == [status]


@pytest.mark.parametrize(("begins", "reach"), [("sleep 3; exec python app.py", "open"), ("sleep 60", "refused")])
def test_a_service_that_others_may_reach_has_a_moment_to_listen(slot: Slot, begins: str, reach: str) -> None:
    text = f"services: {{web: {{image: app:1}}, db: {{image: app:1, command: [sh, -c, '{begins}']}}}}"
    asked = Experiment("links", "compose-matrix", after="up", targets=("db:8080",), allowed=("web>db",))
    plan = Plan("test", {"app.py": APP, "Own": OWN}, {"compose.yaml": text}, (IMAGE, replace(UP, requests=()), asked))
    matrix = slot.run(plan, lambda event: None).facts["links"]
    assert isinstance(matrix, Matrix)
    assert (link := matrix.reach("web", "db")) is not None and link.reach == reach
