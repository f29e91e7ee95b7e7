"""Every folder below `tests/hostile/` is tried on the real engine; the oracles are shown to see what gets through."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from labs.hostile.kinds import KINDS
from labs.hostile.queue import SCENARIOS
from labs.hostile.submission import everyday
from sandbox.hostile import cases, payload, runner
from sandbox.hostile.arena import Arena
from sandbox.hostile.canary import planted
from sandbox.hostile.cases import EXPECT, FAMILIES, FOLDER, Case
from sandbox.hostile.results import Result
from tests.engine import control, is_there

CASES = cases.load_all()
LEAST = 100


def marked(case: Case) -> ParameterSet:
    marks = [pytest.mark.engine, *([] if case.core else [pytest.mark.prove])]
    return pytest.param(case, id=case.id, marks=marks)


@pytest.fixture(scope="session")
def arena() -> Iterator[Arena]:
    """What every case shares: secrets, listeners, and how the slots were before."""
    with planted() as canaries:
        made = Arena(control(), canaries, everyday)
        if is_there():
            made.prepare()
        yield made


def tried(arena: Arena, case: Case) -> Result:
    result = runner.one(arena, case, KINDS[case.via])
    arena.settle(wait=True)
    return result.with_more(arena.late.pop(case.id, ()))


@pytest.mark.django_db
@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_an_attack_is_contained(arena: Arena, case: Case) -> None:
    assert tried(arena, case).complaints == ()


def test_no_folder_is_forgotten_and_each_family_has_cases() -> None:
    expected = {path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.rglob(EXPECT)}
    folders = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*") if path.is_dir()}
    assert {case.id for case in CASES} == expected == folders
    assert set(Counter(case.family for case in CASES)) == set(FAMILIES)
    assert len(CASES) >= LEAST


def test_every_family_is_in_the_core_and_every_title_is_told_from_the_others() -> None:
    assert {case.family for case in CASES if case.core} == set(FAMILIES)
    assert [title for title, count in Counter(case.title for case in CASES).items() if count > 1] == []


def test_every_scenario_of_the_queue_is_a_case() -> None:
    assert {case.scenario for case in CASES if case.via == "queue"} == set(SCENARIOS)


def test_every_refusal_before_the_build_is_tried_past_it_too() -> None:
    """Whatever the parser refuses, the engine must stop alone; Compose's keys in `compose/test_past_the_parser.py`."""
    past = {case.id.removesuffix("-past-the-parser") for case in CASES if case.via == "bypass"}
    refused = {case.id for case in CASES if case.family == "sources" and case.layer == "parser"}
    refused = {name for name in refused if not name.startswith("sources/compose-")}
    assert refused - past == set()


# A defence that fails is seen


def made(folder: Path, expect: str, **files: str) -> Case:
    place = folder / "build" / "made"
    place.mkdir(parents=True)
    (place / EXPECT).write_text(f'title = "Made for this test"\nvia = "submission"\n{expect}')
    for name, text in files.items():
        (place / name.replace("_", ".")).write_text(text)
    return cases.load(place)


PASSES = 'outcome = "not-passed"\nlayer = "kill"\n'
STEP = 'FROM python:3.11-slim\nRUN {step}\nCMD ["true"]\n'


@pytest.mark.engine
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "seen"),
    [
        ("echo @LEARNER_SECRET@", "another learner's work was found in what is stored"),
        ("echo BREACH-''GOT-THROUGH by this way", "the payload says that it got through"),
        ("true", "the payload did not say “done with it”"),
    ],
)
def test_a_leak_a_breach_and_a_payload_that_did_not_run_are_seen(
    arena: Arena, tmp_path: Path, step: str, seen: str
) -> None:
    case = made(tmp_path, PASSES + 'log = ["done with it"]\n', Dockerfile=STEP.format(step=step))
    told = tried(arena, case).complaints
    assert any(text.startswith(seen) for text in told), told


@pytest.mark.engine
@pytest.mark.django_db
def test_a_limit_that_does_not_stop_is_seen(arena: Arena, tmp_path: Path) -> None:
    expect = 'outcome = "limit:pids"\nlayer = "process-limit"\n'
    case = made(tmp_path, expect, Dockerfile=STEP.format(step="for i in $(seq 20); do sleep 1 & done; wait"))
    assert tried(arena, case).complaints[0].startswith("it ended as not-passed, not as limit:pids")


@pytest.mark.engine
@pytest.mark.django_db
def test_a_work_of_a_neighbour_that_comes_out_changed_is_seen(arena: Arena, tmp_path: Path) -> None:
    case = made(tmp_path, PASSES + "sibling = true\n", Dockerfile=STEP.format(step="true"))
    before, arena.verdict = arena.verdict, "another verdict"
    try:
        told = tried(arena, case).complaints
    finally:
        arena.verdict = before
    assert any("a neighbour's work was graded" in text for text in told), told


@pytest.mark.engine
def test_what_a_slot_keeps_is_seen(arena: Arena) -> None:
    """A container that is left running, while its slot is still leased."""
    import docker  # noqa: PLC0415  # slow to load, and needed here only

    arena.case = "build/made"
    with arena.lease(30) as slot:
        client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=30)
        left = client.create_container("python:3.11-slim", ["sleep", "30"], network_disabled=True)["Id"]
        client.start(left)
        arena.used(slot.name)
        arena._compare(slot.name)
        client.remove_container(left, force=True)
        client.close()
    arena.settle(wait=True)
    told = arena.late.pop("build/made")
    assert any("processes and holds" in text for text in told), told
    assert any("mounts and holds" in text for text in told), told


REPOSITORIES = ("repository-that-runs-code", "repository-by-a-file", "repository-without-a-name")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git, to show what the build client must not run")
@pytest.mark.parametrize("name", REPOSITORIES)
def test_the_planted_repositories_do_run_code_where_git_is_asked(arena: Arena, tmp_path: Path, name: str) -> None:
    """The command that the build client would run; without its empty environment, this is what would happen."""
    case = cases.load(FOLDER / "files" / name)
    payload.write(payload.payload(case, arena.values), tmp_path)
    git = ["git", "-c", "log.showSignature=false", "-c", "safe.directory=*"]
    show = [*git, "show", "--format=%H", "HEAD", "--quiet", "--"]
    subprocess.run(show, cwd=tmp_path, capture_output=True, check=False)
    assert "the payload ran outside the sandbox" in arena.canaries.complaints("")
