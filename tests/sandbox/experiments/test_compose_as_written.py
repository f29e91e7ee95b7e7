"""On the real engine: what a file says of restarts, checks, subnets and /dev holds, and who hands connections on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.composefacts import Matrix
from sandbox.plan import Experiment
from tests.sandbox.experiments.test_compose import NOTE, Project, mounts, project, up

__all__ = ["project"]  # the fixture
pytestmark = pytest.mark.engine

FORWARD = """
    command:
      - python
      - -c
      - |
        import socket, threading
        def pump(a, b):
            while part := a.recv(4096): b.sendall(part)
            b.shutdown(socket.SHUT_WR)
        door = socket.create_server(("", 9000))
        while True:
            one, other = door.accept()[0], socket.create_connection(("db", 8080))
            for pair in ((one, other), (other, one)): threading.Thread(target=pump, args=pair, daemon=True).start()
"""


@pytest.mark.parametrize(("command", "relays"), [(FORWARD, [("api", 9000)]), ("", [])])
def test_who_answers_one_service_as_another_does_is_found(project: Project, command: str, relays: list[Any]) -> None:
    text = f"""
services:
  web: {{image: app:1, networks: [front, back]}}
  api:
    image: app:1
    networks: [front, back]
{command}
  db: {{image: app:1, networks: [back], environment: {{NOTES: /kept/note}}, volumes: ["kept:/kept"]}}
  fill: {{image: app:1, network_mode: none, volumes: ["kept:/kept"], command: [sh, -c, "echo {NOTE} > /kept/note"]}}
networks: {{front: , back: }}
volumes: {{kept: }}
"""
    links = Experiment("links", "compose-matrix", after="up", targets=("db:8080",), relayed=("web>db GET /\r\n\r\n",))
    matrix = project(text, links).facts["links"]
    assert isinstance(matrix, Matrix)
    assert [(one.through, one.port) for one in matrix.relays] == relays


def test_a_service_that_its_restart_brings_back_is_asked_again(project: Project) -> None:
    """It ends until what it needs is there, and the engine starts it again."""
    wait = "python -c 'import socket; socket.create_connection((\"db\", 8080), 1)' && exec python app.py"
    text = f"""
services:
  web: {{image: app:1, restart: POLICY, command: [sh, -c, {json.dumps(wait)}]}}
  db: {{image: app:1, command: [sh, -c, "sleep 2; exec python app.py"]}}
"""
    assert up(project(text.replace("POLICY", "on-failure"))).answered
    ended = up(project(text.replace("POLICY", '"no"')))
    assert not ended.answered and ended.exit_code == 1


def test_a_database_that_needs_four_seconds_has_them(project: Project) -> None:
    text = """
services:
  web: {image: app:1, depends_on: {db: {condition: service_healthy}}}
  db:
    image: app:1
    command: [sh, -c, "sleep 4; exec python app.py"]
    healthcheck: {test: [CMD, python, -c, "import socket; socket.create_connection(('127.0.0.1', 8080), 1)"], interval: 5s, retries: 5}
"""  # noqa: E501
    assert up(project(text)).answered


@pytest.mark.parametrize("subnet", ["172.17.0.0/16", "172.18.0.0/16", "10.0.0.0/8", "192.168.0.0/16"])
def test_a_subnet_that_a_file_names_is_nobodys_yet(project: Project, subnet: str) -> None:
    networks = f"{{front: , middle: , back: {{ipam: {{config: [{{subnet: {subnet}}}]}}}}}}"
    fact = up(project(f"services: {{web: {{image: app:1, networks: [front, middle, back]}}}}\nnetworks: {networks}\n"))
    assert fact.answered, fact.problem


def test_what_lies_below_dev_is_judged_like_any_other_place(project: Project) -> None:
    fact = mounts(project, "    shm_size: 2g\n    tmpfs: ['/dev/app:size=0']\n    volumes: ['v:/dev/kept']")
    seen = {one.path: one.size for one in fact.mounts}
    assert seen["/dev/shm"] == 2 * 2**30
    assert seen["/dev/app"] is None and "/dev/kept" in seen and "/dev/pts" not in seen
