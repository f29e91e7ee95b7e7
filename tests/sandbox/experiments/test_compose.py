"""On the real engine: a project started, ended, started again, and what is seen of it from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sandbox.composefacts import (
    ComposeCycle,
    ComposeData,
    ComposeLoad,
    ComposeMounts,
    ComposeUp,
    Covered,
    Matrix,
    Pressure,
)
from sandbox.door import Slot
from sandbox.facts import Outcome
from sandbox.limits import DEFAULT
from sandbox.plan import Experiment, Plan, Request

pytestmark = pytest.mark.engine
APP = b"""
import http.server, os, pathlib, signal

NOTES = pathlib.Path(os.environ.get("NOTES", "/data/notes"))

class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.say(NOTES.read_text() if NOTES.exists() else "nothing")

    def do_POST(self):
        NOTES.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        self.say("saved")

    def say(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
http.server.ThreadingHTTPServer((os.environ.get("HOST", "0.0.0.0"), 8080), App).serve_forever()
"""
OWN = b'FROM python:3.11-slim\nWORKDIR /app\nRUN mkdir /data\nCOPY app.py .\nCMD ["python", "app.py"]\n'
NOTE = "note-0123456789"
IMAGE = Experiment("image", "build", dockerfile="Own", tag="app:1")
WRITE, READ = Request("/", method="POST", body="{note}"), Request("/", contains="{note}")
UP = Experiment("up", "compose-up", after="image", ready="/", requests=(WRITE, READ))
Project = Callable[..., Outcome]


@pytest.fixture
def project(slot: Slot) -> Project:
    """`project(compose.yaml, *experiments)`: what the sandbox says of it, with an image app:1 of the lab's own."""

    def run(text: str, *experiments: Experiment, **limits: Any) -> Outcome:
        context = {"app.py": APP, "Own": OWN, "conf/site": b"a setting"}
        plan = Plan("test", context, {"compose.yaml": text}, (IMAGE, UP, *experiments), {"note": NOTE})
        return slot.run(replace(plan, limits=replace(DEFAULT, **limits)), lambda event: None)

    return run


def up(outcome: Outcome) -> ComposeUp:
    assert outcome.unavailable is None, outcome.unavailable
    fact = outcome.facts["up"]
    assert isinstance(fact, ComposeUp)
    return fact


def test_services_are_told_as_the_engine_runs_them(project: Project) -> None:
    text = """
services:
  web:
    image: app:1
    init: true
    ports: ["80:8080", "127.0.0.1:9000:9000/udp"]
    volumes: ["data:/data", "./conf:/conf:ro", "./new:/new", "/nameless"]
    tmpfs: /scratch
    networks: [front, back]
  gone: {image: app:1, command: "sh -c 'echo bye; exit 7'", network_mode: none}
  never: {image: app:1, profiles: [debug]}
networks: {front: , back: {internal: true}}
volumes: {data: }
"""
    fact = up(project(text))
    assert fact.answered and [made.ok for made in fact.exchanges] == [True, True]
    web, gone = fact.services
    assert (web.state, web.networks, web.line) == ("running", ("back", "front"), 3)
    ports = {(one.port, one.protocol, one.address, one.host_port) for one in web.published}
    assert ports == {(8080, "tcp", "0.0.0.0", 80), (9000, "udp", "127.0.0.1", 9000)}
    mounts = {one.target: (one.kind, one.source, one.read_only, one.anonymous) for one in web.mounts}
    assert mounts == {
        "/data": ("volume", "data", False, False),
        "/conf": ("bind", "./conf", True, False),
        "/new": ("bind", "./new", False, False),
        "/nameless": ("volume", "", False, True),
        "/scratch": ("tmpfs", "", False, False),
    }
    assert (gone.state, gone.exit_code, gone.log_tail) == ("exited", 7, "bye\n")
    assert {process.name for process in fact.processes} >= {"python"}


def test_files_of_the_project_are_where_they_are_mounted(project: Project) -> None:
    text = """
services:
  web:
    image: app:1
    environment: {NOTES: "/run/secrets/key"}
    command: sh -c 'cat /site /settings/site $$NOTES > /tmp/all && NOTES=/tmp/all exec python app.py'
    volumes: ["./conf:/settings:ro"]
    configs: [site]
    secrets: [key]
    read_only: true
    tmpfs: /tmp
configs: {site: {content: "a ${NOT_SET:-default} "}}
secrets: {key: {file: ./conf/site}}
"""
    fact = up(project(text, replace(AGAIN, after="up")))
    assert fact.answered, fact.problem


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("services: {web: {image: app:1, command: no-such-program}}", 1, "no-such-program"),
        ("services:\n  web:\n    image: app:1\n    user: nobody-of-this-name\n", 2, "nobody-of-this-name"),
        ("services:\n  other: {image: app:1}\n", 1, "asks for a service called “web”"),
        (
            "services:\n  web:\n    image: app:1\n    depends_on: {sick: {condition: service_healthy}}\n"
            "  sick:\n    image: app:1\n    healthcheck: {test: 'false', retries: 2}\n",
            7,
            "unhealthy",
        ),
    ],
)
def test_a_project_that_does_not_start_says_why_and_where(project: Project, text: str, line: int, words: str) -> None:
    fact = up(project(text, start_seconds=3.0))
    assert not fact.answered and fact.problem is not None
    assert words in fact.problem.message and fact.problem.line == line and fact.problem.file == "compose.yaml"


def test_an_app_that_ends_or_only_hears_itself_never_answers(project: Project) -> None:
    ended = up(project("services: {web: {image: app:1, command: sh -c 'echo why; exit 3'}}", start_seconds=3.0))
    assert (ended.answered, ended.exit_code, ended.log_tail) == (False, 3, "why\n")


def test_memory_that_is_not_enough_is_the_learners_own_limit(project: Project) -> None:
    hungry = "command: python -c 'x = bytearray(90 << 20)', mem_limit: 32m, memswap_limit: 32m"
    outcome = project(f"services: {{web: {{image: app:1, {hungry}}}}}", start_seconds=3.0)
    assert outcome.limit is None and "more memory" in str(up(outcome).problem)


def test_what_is_not_given_costs_nothing(project: Project) -> None:
    outcome = project("services:\n  web:\n    image: app:1\n    privileged: true\n")
    assert outcome.unavailable is not None and not outcome.facts
    assert (outcome.unavailable.line, outcome.unavailable.file) == (4, "compose.yaml")


DATA = Experiment("data", "compose-data", after="up")
AGAIN = Experiment("again", "compose-cycle", after="data", ready="/", requests=(READ,))


@pytest.mark.parametrize(
    ("service", "kept", "after_down", "after_recreate"),
    [
        ("", 1, False, False),
        ("volumes: ['data:/data']", 0, True, True),
        ("volumes: ['./data:/data']", 0, True, True),
        (
            "volumes: [/data]",
            0,
            False,
            True,
        ),  # Compose hands a volume without a name on, as long as there is a container
        ("tmpfs: /data", 0, False, False),
    ],
)
def test_what_outlives_a_container(
    project: Project, service: str, kept: int, after_down: bool, after_recreate: bool
) -> None:
    text = f"services:\n  web:\n    image: app:1\n    {service}\nvolumes: {{data: }}\n"
    recreate = replace(AGAIN, id="recreate", how="recreate")
    for cycle, survives in ((AGAIN, after_down), (recreate, after_recreate)):
        facts = project(text, DATA, cycle).facts
        data, again = facts["data"], facts[cycle.id]
        assert isinstance(data, ComposeData) and [one.path for one in data.kept] == ["/data/notes"] * kept
        assert isinstance(again, ComposeCycle) and again.answered
        assert [made.ok for made in again.exchanges] == [survives]


def test_the_matrix_is_the_networks_and_nothing_else(project: Project) -> None:
    text = """
services:
  web: {image: app:1, networks: [front], ports: ["8080:8080"]}
  api: {image: app:1, networks: [front, back]}
  db: {image: app:1, networks: [back]}
  alone: {image: app:1, network_mode: none}
  twin: {image: app:1, network_mode: "service:db", command: sleep 60}
networks: {front: , back: {internal: true}}
"""
    targets = ("web:8080", "api:8080", "db:8080", "db:9", "db:9/udp", "alone:8080")
    seen = Experiment("links", "compose-matrix", after="up", targets=targets, allowed=("web>api", "api>db"))
    matrix = project(text, seen).facts["links"]
    assert isinstance(matrix, Matrix)
    said = {(one.source, one.target, one.port, one.protocol): one.reach for one in matrix.links}
    assert said[("web", "api", 8080, "tcp")] == said[("api", "db", 8080, "tcp")] == "open"
    assert said[("api", "db", 9, "tcp")] == said[("api", "db", 9, "udp")] == "refused"
    assert said[("web", "outside", 80, "tcp")] == "open"
    assert said[("db", "outside", 80, "tcp")] == said[("twin", "outside", 80, "tcp")] == "unreachable"
    assert said[("web", "db", 8080, "tcp")] in {"silent", "unreachable"}
    assert said[("db", "web", 8080, "tcp")] in {"silent", "unreachable"}
    assert said[("twin", "api", 8080, "tcp")] == "open"
    assert {reach for (source, *_), reach in said.items() if source == "alone"} == {"unreachable"}
    assert [(one.service, one.reach) for one in matrix.opened] == [("web", "open")]


MOUNTS = Experiment("mounts", "compose-mounts", after="up", code=("app.py",))


def mounts(project: Project, service: str) -> ComposeMounts:
    text = (
        f"services:\n  web:\n    image: app:1\n    environment: {{NOTES: /tmp/n}}\n{service}\nvolumes: {{v: , w: }}\n"
    )
    fact = project(text, MOUNTS).facts["mounts"]
    assert isinstance(fact, ComposeMounts)
    return fact


def test_a_read_only_root_refuses_even_root(project: Project) -> None:
    fact = mounts(
        project, "    read_only: true\n    tmpfs: ['/tmp:size=4m', '/run']\n    volumes: ['v:/data', 'w:/opt:ro']"
    )
    assert fact.root_read_only and {one.error for one in fact.writes} == {"EROFS"} and len(fact.writes) > 10
    assert {one.path: (one.kind, one.size, one.read_only) for one in fact.mounts if one.path in {"/tmp", "/run"}} == {
        "/tmp": ("tmpfs", 4 * 2**20, False),
        "/run": ("tmpfs", None, False),
    }
    assert "/opt" not in {one.path for one in fact.writes}
    assert fact.covered == ()


def test_a_writable_root_takes_roots_files(project: Project) -> None:
    fact = mounts(project, "    user: nobody")
    assert not fact.root_read_only and {one.error for one in fact.writes} == {""}


@pytest.mark.parametrize(("path", "file"), [("/app", "/app/app.py"), ("/usr/local", ""), ("/etc", "")])
def test_a_writable_mount_over_the_images_files_is_found(project: Project, path: str, file: str) -> None:
    fact = mounts(project, f"    read_only: true\n    tmpfs: /tmp:size=4m\n    volumes: ['v:{path}', 'w:/var/log']")
    assert [one.path for one in fact.covered] == [path]
    covered: Covered = fact.covered[0]
    assert file in covered.files if file else covered.files


PRESSED = Experiment("pressed", "compose-pressure", after="up", ready="/", memory_mb=64, pids=30, cpus=0.4)
LOAD = Experiment("load", "compose-load", after="pressed", requests=(READ,), repeat=10, at_once=3)


def test_bounds_hold_and_the_app_lives_on(project: Project) -> None:
    bounds = "mem_limit: 64m, memswap_limit: 64m, pids_limit: 30, cpus: 0.4"
    facts = project(f"services: {{web: {{image: app:1, {bounds}}}, near: {{image: app:1}}}}", PRESSED, LOAD).facts
    pressed, load = facts["pressed"], facts["load"]
    assert isinstance(pressed, Pressure) and isinstance(load, ComposeLoad)
    own = pressed.bounds
    assert (own.memory, own.memory_and_swap, own.pids, own.cpus) == (64 * 2**20, 64 * 2**20, 30, 0.4)
    memory, pids, cpu = pressed.presses
    assert memory.ended == "killed" and memory.got < 64 and memory.refused
    assert pids.ended == "refused" and pids.got < 30 and pids.refused
    assert cpu.cpu_seconds < 0.4 * cpu.elapsed + 0.2
    assert pressed.answered and pressed.neighbour == "near" and pressed.neighbour_ms
    assert (load.asked, load.good, load.exit_code) == (10, 10, None)


def test_without_bounds_ours_are_nobodys_merit(project: Project) -> None:
    facts = project("services: {web: {image: app:1, cpu_shares: 2, mem_reservation: 32m}}", PRESSED).facts
    pressed = facts["pressed"]
    assert isinstance(pressed, Pressure)
    own = pressed.bounds
    assert (own.memory, own.memory_and_swap, own.pids, own.cpus) == (None, None, None, None)
    assert [one.ended for one in pressed.presses] == ["finished", "finished", "finished"]
