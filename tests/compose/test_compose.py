"""`docker compose up` on a machine of its own: the sandbox as a service, a submission graded through the web."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from sandbox.engine.paths import PROJECT
from tests.compose import outer
from tests.compose.outer import Machine

pytestmark = [pytest.mark.engine, pytest.mark.prove]
SERVICES = ("web", "worker", "beat", "sandbox", "redis", "postgres")
ONCE = {"attacks", "images", "migrate"}  # services that end
CORPUS_SECONDS = 3000  # where data roots are in memory it takes about as long as elsewhere, and machines differ
PASSWORD = "correct horse battery"
ACCOUNTS = [{"role": "learner", "username": "alice", "password": PASSWORD}]
SYS_MODULE_RAWIO_MKNOD = 1 << 16 | 1 << 17 | 1 << 27


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with pytest.MonkeyPatch.context() as patch, outer.machine(tmp_path_factory.mktemp("outer"), patch) as found:
        outer.load_base(found)
        outer.load_stand_in(found)
        outer.build(found, ("web", "worker", "sandbox"))
        outer.fill_stock(found)
        found.compose("up", "--detach", "--no-build")
        found.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "300", *SERVICES)
        found.compose("exec", "-T", "web", "python", "manage.py", "demo", text=json.dumps(ACCOUNTS))
        yield found
        found.compose("down", "--volumes", "--timeout", "5")


def test_every_service_is_healthy(up: Machine) -> None:
    rows = [json.loads(line) for line in up.compose("ps", "--format", "json").splitlines()]
    assert {row["Service"] for row in rows} >= {"web", "worker", "beat", "sandbox", "redis", "postgres"}
    assert {row["Health"] for row in rows if row["Service"] not in ONCE} == {"healthy"}


def test_the_attacks_of_the_core_are_contained_and_labs_are_open(up: Machine) -> None:
    up.docker("wait", "slipway-attacks-1", seconds=400)
    report = up.compose("logs", "--no-log-prefix", "attacks")
    assert up.docker("inspect", "--format", "{{.State.ExitCode}}", "slipway-attacks-1").strip() == "0", report[-3000:]


def test_the_whole_corpus_is_contained(up: Machine) -> None:
    up.docker("wait", "slipway-attacks-1", seconds=400)
    whole = ("python", "manage.py", "sandbox", "test", "--all", "--json")
    name = "corpus"  # kept, and its exit status left aside: what was not contained says more
    up.compose("run", "--detach", "--no-TTY", "--name", name, "--no-deps", "attacks", *whole)
    up.docker("wait", name, seconds=CORPUS_SECONDS)
    said = up.docker("logs", name)
    assert said.startswith("{"), f"it did not end in order: {up.docker('logs', name, stream='stderr')[-3000:]}"
    report = json.loads(said)
    loose = {case["id"]: case["complaints"] for case in report["cases"] if not case["contained"]}
    assert not loose, json.dumps(loose, indent=1)
    assert report["total"] == report["contained"] >= 290


@pytest.mark.parametrize("slug", ["non-root", "layer-caching"])
def test_a_solution_passes_through_the_web(up: Machine, slug: str) -> None:
    solution = PROJECT / "labs/catalogue" / slug / "solution"
    files = {file.name: file.read_text() for file in solution.iterdir()}
    command = [sys.executable, str(outer.HERE / "client.py"), "http://127.0.0.1:8000", "alice", PASSWORD, slug]
    assert up.inside(*command, text=json.dumps(files)).strip() == "Passed"


def test_the_sandbox_has_no_more_than_its_capabilities(up: Machine) -> None:
    status = up.compose("exec", "-T", "sandbox", "cat", "/proc/1/status")
    bounding = next(line.split()[1] for line in status.splitlines() if line.startswith("CapBnd:"))
    assert int(bounding, 16) & SYS_MODULE_RAWIO_MKNOD == 0
