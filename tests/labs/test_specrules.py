from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

import sandbox
from labs.errors import SpecError
from labs.specrules import KINDS, names
from sandbox.facts import Fact
from tests.labs.tiny import lab

EDIT = 'edit = { file = "app.py", old = "Hello", new = "Hello {word}" }\n'


HEALTH = '[[experiment]]\nid = "broken"\nkind = "health"\nafter = "image"\n'
LEAKS = '[[experiment]]\nid = "leaks"\nkind = "leaks"\nafter = "image"\n'
TWINS = '[[experiment]]\nid = "two"\nkind = "twins"\nafter = "image"\n'
FIRST_CHECK = '[[check]]\nid = "builds"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('files = ["Dockerfile", ', 'files = ["Containerfile", ', "a lab that builds takes a Dockerfile"),
        ('["entrypoint.sh"]', '["Dockerfile"]', "“Dockerfile” is there twice"),
        ('["entrypoint.sh"]', '["app.py"]', "context/app.py: the learner's file of this name would cover it"),
        ('kind = "build"', 'kind = "build"\ntag = "app:1"', "`dockerfile` and `tag` go together"),
        (
            'kind = "build"',
            'kind = "build"\ndockerfile = "Other"\ntag = "app:1"',
            r"experiment\[1\].dockerfile: context/Other does not exist",
        ),
        ('id = "setuid"', 'id = "app"', r"experiment\[3\].id: “app” is there already"),
        ('kind = "added-files"', 'kind = "magic"', r"experiment\[3\].kind: unknown kind “magic”"),
        ('kind = "build"', 'kind = "build"\nafter = "app"', r"experiment\[1\].after: “build” comes first"),
        (
            'kind = "start"\nafter = "image"',
            'kind = "start"',
            r"experiment\[2\].after: this key is missing; name a build or rebuild",
        ),
        (
            'kind = "start"\nafter = "image"',
            'kind = "start"\nafter = "edit"',
            r"experiment\[2\].after: “edit” names no experiment above",
        ),
        (
            'after = "app"\ncode',
            'after = "image"\ncode',
            r"experiment\[4\].after: “image” is no start",
        ),
        ('kind = "added-files"', 'kind = "added-files"\nport = 80', r"experiment\[3\].port: .*remove it"),
        (EDIT, EDIT + "port = 80\n", r"experiment\[5\].port: “rebuild” does not use it here"),
        ('kind = "build"', 'kind = "build"\ncanary = "app.py"', r"context/app.py does not hold {canary}; write it"),
        ('kind = "build"', 'kind = "build"\njunk = "dump"', r"experiment\[1\].junk: name a file .* with `junk_mb`"),
        (
            'kind = "build"',
            'kind = "build"\njunk = "app.py"\njunk_mb = 1',
            r"experiment\[1\].junk: name a file that is not",
        ),
        (FIRST_CHECK, LEAKS + FIRST_CHECK, r"experiment\[6\].after: “image” has no `canary` that could leak"),
        (FIRST_CHECK, TWINS + FIRST_CHECK, r"experiment\[6\].request: “twins” needs it"),
        (FIRST_CHECK, HEALTH + FIRST_CHECK, r"experiment\[6\].faults: “health” needs it"),
        (FIRST_CHECK, HEALTH + 'faults = ["fire"]\n' + FIRST_CHECK, r"experiment\[6\].faults\[1\]"),
        (EDIT, "", r"experiment\[5\].edit: “rebuild” needs it"),
        ('code = ["app.py"]\n', "", r"experiment\[4\].code: “write-access” needs it"),
        ('code = ["app.py"]', 'code = ["main.py"]', r"experiment\[4\].code: context/main.py does not exist"),
        ('file = "app.py"', 'file = "Dockerfile"', r"experiment\[5\].edit.file: context/Dockerfile"),
        (
            'old = "Hello"',
            'old = "Goodbye"',
            r"experiment\[5\].edit.old: this text must be in context/app.py",
        ),
        ('new = "Hello {word}"', 'new = "Hello"', r"experiment\[5\].edit.new: this changes nothing"),
        ('new = "Hello {word}"', 'append = "x"', r"experiment\[5\].edit: write either"),
        ('new = "Hello {word}"', 'new = "Hello {"', r"experiment\[5\]: a brace"),
        ('new = "Hello {word}"', 'new = "{a-b}"', r"experiment\[5\]: “{a-b}” is no name"),
        ('id = "serves"', 'id = "builds"', r"check\[2\].id: “builds” is there already"),
        ('id = "no-root-process"', 'id = "no-roots"', r"check\[3\].id: no check is called “no-roots”"),
        ('from = "access"', 'from = "acess"', r"check\[4\].from: no experiment is called “acess”"),
        ('from = "access"', 'from = "app"', r"check\[4\].from: “code-not-writable” reads a write-access"),
        (
            'needs = ["builds"]\ntitle = "It answers"',
            'needs = ["no-root-process"]\ntitle = "It answers"',
            r"check\[2\].needs: “no-root-process” names no check above",
        ),
        (', "dockerfile.layer-caching"]', "]", r"check\[5\].skill: “dockerfile.layer-caching” is not among"),
        (', "dockerfile.layer-caching"]', ', "dockerfile.layer-caching", "x.y"]', "no skill “x.y”"),
        (
            ', "dockerfile.layer-caching"]',
            ', "dockerfile.layer-caching", "security.no-root"]',
            "no check measures “security.no-root”",
        ),
        ("pass_at = 6", "pass_at = 8", "pass_at: the checks give 7.5 points"),
    ],
)
def test_a_slip_is_told_with_its_key_and_the_fix(old: str, new: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        lab(old, new)


def test_a_starter_has_every_file_that_is_asked_for() -> None:
    with pytest.raises(SpecError, match="starter/Makefile: the starter lacks this file"):
        lab('".dockerignore"]', '".dockerignore", "Makefile"]')


def test_a_starter_has_no_other_files() -> None:
    with pytest.raises(SpecError, match=r"starter/compose.yaml: learners submit Dockerfile"):
        lab(**{"starter/compose.yaml": "services: {}\n"})


def test_a_starter_fits_into_a_submission() -> None:
    with pytest.raises(SpecError, match="starter/Dockerfile: a file may have 64 KB"):
        lab(**{"starter/Dockerfile": "#" * 70_000})


def test_a_lab_that_starts_its_image_has_the_check_that_it_answers() -> None:
    with pytest.raises(SpecError, match="a lab with a start has the check “serves”"):
        lab('"serves"', '"still-writes-its-data"')


def test_random_names_are_found_in_requests_and_edits() -> None:
    tiny = lab()
    assert [names(experiment) for experiment in tiny.experiments] == [set(), {"note"}, set(), set(), {"word"}]


def test_the_kinds_are_the_ones_that_the_sandbox_runs() -> None:
    """Read from the source: importing it would bring the engine's client along."""
    source = Path(sandbox.__path__[0], "experiments", "__init__.py").read_text()
    tables = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "KINDS"
    ]
    assert isinstance(tables[0], ast.Dict)
    assert {key.value for key in tables[0].keys if isinstance(key, ast.Constant)} == set(KINDS)
    assert {kind.fact for kind in KINDS.values()} == set(get_args(Fact))
