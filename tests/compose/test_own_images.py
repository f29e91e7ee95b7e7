"""Our own web image, judged by our own labs: built, started, rebuilt and looked at like a learner's."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from labs import specs
from labs.running import grade_in
from labs.specs import CheckSpec, Lab
from sandbox.door import Slot
from sandbox.engine.paths import PROJECT
from sandbox.limits import DEFAULT
from sandbox.plan import Edit, Experiment

pytestmark = [pytest.mark.engine, pytest.mark.prove]
# What compose.yaml gives the service at run time, and where packages come from without a network.
SERVICE = (
    "ENV SLIPWAY_SECRET_KEY=only-for-this-test SLIPWAY_ALLOWED_HOSTS=app\n"
    "ENV SLIPWAY_DATABASE_URL=sqlite:////tmp/own.sqlite3\n"
)
EXPERIMENTS = (
    Experiment("image", "build"),
    Experiment("app", "start", after="image", port=8000, ready="/healthz"),
    Experiment("setuid", "added-files", after="image"),
    Experiment("access", "write-access", after="app", code=("config/urls.py",)),
    Experiment(
        "source-edit",
        "rebuild",
        after="image",
        edit=Edit("config/urls.py", append="# {word}\n"),
        dependency="django",
    ),
    Experiment(
        "docs-edit",
        "rebuild",
        after="image",
        edit=Edit("README.md", append="{word}\n"),
        dependency="django",
    ),
)
CHECKS = {
    "builds": "image",
    "serves": "app",
    "no-root-process": "app",
    "no-effective-capabilities": "app",
    "no-added-setuid-files": "setuid",
    "code-not-writable": "access",
    "deps-cached-on-source-change": "source-edit",
    "nothing-rebuilt-on-ignored-change": "docs-edit",
}


def ours(wheels: Path) -> Lab:
    """A lab whose context is this project, as git knows it."""
    known = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    paths = [name for name in known.stdout.split("\0") if name and not name.startswith(("tests/", "docs/"))]
    context = {name: (PROJECT / name).read_bytes() for name in paths if (PROJECT / name).is_file()}
    context |= {f"wheels/{file.name}": file.read_bytes() for file in wheels.iterdir()}
    checks = tuple(CheckSpec(name, source, name, "dockerfile.non-root", 1) for name, source in CHECKS.items())
    return replace(
        specs.catalogue()["non-root"],
        slug="own-image",
        files=("Dockerfile", ".dockerignore"),
        context=context,
        experiments=EXPERIMENTS,
        checks=checks,
        limits=replace(DEFAULT, build_seconds=240, experiment_seconds=120, start_seconds=30.0),
    )


def web_only() -> str:
    text = (PROJECT / "Dockerfile").read_text().partition("FROM app AS worker")[0]
    offline = text.replace("FROM scratch AS wheels\n", "FROM scratch AS wheels\nCOPY wheels /\n")
    name = text.partition("ARG SLIPWAY_PYTHON_IMAGE=")[2].partition("\n")[0]
    return offline.replace(name, "python:3.11-slim").replace("ARG PIP_NO_INDEX=", "ARG PIP_NO_INDEX=1") + SERVICE


def test_our_web_image_passes_our_own_checks(slot: Slot, tmp_path: Path) -> None:
    lock = PROJECT / "requirements/run.txt"
    command = ["-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps", "-r", str(lock)]
    subprocess.run([sys.executable, *command, "-d", str(tmp_path)], check=True, capture_output=True)
    ignored = (PROJECT / ".dockerignore").read_text() + "!wheels\n"
    grade = grade_in(slot, ours(tmp_path), {"Dockerfile": web_only(), ".dockerignore": ignored}, lambda event: None)
    assert [(one.id, one.status, one.found) for one in grade.checks if one.status != "passed"] == []
