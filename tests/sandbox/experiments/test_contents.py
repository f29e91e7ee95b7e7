"""On the real engine: packages by list and by file, shells that start, package managers that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.contentfacts import Contents
from sandbox.door import Slot
from sandbox.plan import Experiment, Plan
from tests.engine import APP, RUNS

pytestmark = pytest.mark.engine
BARE = """FROM gcr.io/distroless/python3-debian12:nonroot
COPY app.py /
{more}
CMD ["/app.py"]
"""


def contents(slot: Slot, dockerfile: str) -> Contents:
    experiments = (
        Experiment("image", "build"),
        Experiment("app", "start", after="image"),
        Experiment("inside", "contents", after="app"),
    )
    plan = Plan("test", {"app.py": APP}, {"Dockerfile": dockerfile}, experiments)
    outcome = slot.run(replace(plan, starter={"Dockerfile": RUNS}), lambda event: None)
    fact = outcome.facts["inside"]
    assert isinstance(fact, Contents)
    return fact


def test_a_slim_image_has_its_packages_a_shell_and_a_manager(slot: Slot) -> None:
    fact = contents(slot, RUNS)
    names = {(package.kind, package.name) for package in fact.packages}
    assert {("deb", "bash"), ("deb", "libssl3"), ("python", "pip")} <= names
    assert len(fact.packages) == fact.starter_packages
    assert {"/usr/bin/dash", "/usr/bin/bash"} <= set(fact.shells)
    assert {"/usr/bin/apt-get", "/usr/bin/dpkg"} <= set(fact.managers)


def test_a_distroless_image_has_records_and_neither_of_the_two(slot: Slot) -> None:
    fact = contents(slot, BARE.format(more=""))
    assert {"libc6", "python3.11-minimal", "tzdata"} <= {package.name for package in fact.packages}
    assert all(package.listed for package in fact.packages)
    assert (fact.shells, fact.managers) == ((), ())
    assert len(fact.packages) < fact.starter_packages / 2


def test_packages_without_any_list_are_known_by_their_files(slot: Slot) -> None:
    full = RUNS.replace("FROM python:3.11-slim", "FROM python:3.11-slim AS full") + "RUN rm -rf /var/lib/dpkg\n"
    one = 'FROM scratch\nCOPY --from=full / /\nWORKDIR /app\nCMD ["/usr/local/bin/python3", "app.py"]\n'
    fact = contents(slot, full + one)
    hidden = {package.name for package in fact.packages if not package.listed}
    assert {"bash", "libssl3", "coreutils"} <= hidden


def test_a_shell_under_another_name_is_found_by_what_it_is(slot: Slot) -> None:
    fact = contents(slot, BARE.format(more="COPY --from=debian:12-slim /bin/dash /opt/helper"))
    assert fact.shells == ("/opt/helper",)


def test_a_file_that_is_only_called_a_shell_is_none(slot: Slot) -> None:
    fact = contents(slot, BARE.format(more="COPY --from=python:3.11-slim --chmod=755 /usr/bin/true /bin/sh"))
    assert fact.shells == ()
