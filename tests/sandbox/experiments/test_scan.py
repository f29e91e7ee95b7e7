"""On the real engine: findings by lists and by files, of what is visible in the end."""

from __future__ import annotations

import pytest

from sandbox.door import Slot
from sandbox.plan import Experiment, Plan
from sandbox.scanfacts import Scan

pytestmark = pytest.mark.engine
OLD, NEW = "FROM python:3.11.2-slim\n", "FROM python:3.11-slim\n"


def scan(slot: Slot, dockerfile: str) -> Scan:
    experiments = (Experiment("image", "build"), Experiment("report", "scan", after="image"))
    fact = slot.run(Plan("test", {}, {"Dockerfile": dockerfile}, experiments), lambda event: None).facts["report"]
    assert isinstance(fact, Scan)
    return fact


def names(fact: Scan) -> set[str]:
    return {finding.package for finding in (*fact.os, *fact.python)}


@pytest.mark.parametrize(
    "base", ["debian:12-slim", "python:3.11-slim", "gcr.io/distroless/python3-debian12:nonroot", "nginx:1.22"]
)
def test_images_of_the_catalogue_have_no_findings(slot: Slot, base: str) -> None:
    fact = scan(slot, f"FROM {base}\nENV A=b\n")
    assert (fact.os, fact.python) == ((), ())
    assert fact.os_packages > 5


def test_an_older_build_has_and_an_upgrade_closes_them(slot: Slot) -> None:
    before = scan(slot, OLD + "ENV A=b\n")
    assert {"libssl3", "openssl"} <= names(before)
    assert all(finding.listed and finding.cves for finding in before.os)
    assert scan(slot, OLD + "RUN apt-get update && apt-get upgrade -y\n").os == ()


def test_a_list_that_is_taken_away_changes_no_file(slot: Slot) -> None:
    fact = scan(slot, OLD + "RUN rm -rf /var/lib/dpkg\n")
    assert "libssl3" in names(fact)
    assert not any(finding.listed for finding in fact.os)


def test_python_packages_count_with_and_without_their_records(slot: Slot) -> None:
    install = NEW + "RUN pip install --no-deps requests==2.30.0 flask==2.2.4"
    assert {f.package.lower(): f.listed for f in scan(slot, install + "\n").python} == {"flask": True, "requests": True}
    hidden = scan(slot, install + " && rm -rf /usr/local/lib/python3.11/site-packages/*.dist-info\n")
    assert {f.package: f.listed for f in hidden.python} == {"flask": False, "requests": False}
    mended = NEW + "RUN pip install --no-deps requests==2.31.0 flask==2.2.5\n"
    assert scan(slot, mended).python == ()


def test_what_a_later_step_removes_is_not_there(slot: Slot) -> None:
    gone = "RUN pip install --no-deps requests==2.30.0\nRUN pip uninstall -y requests\n"
    assert scan(slot, NEW + gone).python == ()


def test_what_pip_itself_carries_is_pip_s(slot: Slot) -> None:
    install = "RUN apt-get update && apt-get install -y --no-install-recommends python3-pip\n"
    assert scan(slot, "FROM debian:12-slim\n" + install).python == ()
