from __future__ import annotations

import time

import pytest

from sandbox.available import Stock, missing_package
from tests.sandbox.stock import DATA

STOCK = Stock.of(DATA)
DOCKERFILE = """\
FROM python:3.11-slim
RUN apt-get update && apt-get install -y nmap curl=7.99 tini libfoo++6
RUN pip install Django==5.2 flask==99 my_pkg[extra]>=2 flask-login urllib3>=3 jinja2
"""
TEXTS = {"Dockerfile": DOCKERFILE, "requirements.txt": "redis~=5.0\n"}


@pytest.mark.parametrize(
    ("log", "name", "line"),
    [
        ("ERROR: No matching distribution found for Django==5.2", "Django", 3),
        (
            "#8 1.2 ERROR: Could not find a version that satisfies the requirement django==5.2 (from versions: none)",
            "django",
            3,
        ),
        ("ERROR: No matching distribution found for flask==99", "flask", 3),
        ("ERROR: No matching distribution found for my-pkg[extra]>=2", "my-pkg", 3),
        ("ERROR: No matching distribution found for urllib3>=3", "urllib3", 3),
        ("ERROR: No matching distribution found for redis~=5.0", "redis", None),
        ("E: Unable to locate package nmap", "nmap", 2),
        ("E: Unable to locate package libfoo++6", "libfoo++6", 2),
        ("E: Package 'nmap' has no installation candidate", "nmap", 2),
        ("E: Version '7.99' for 'curl' was not found", "curl", 2),
        ("E: Version \u20187.99\u2019 for \u2018curl\u2019 was not found", "curl", 2),
        (
            "  \u00d7 No solution found when resolving dependencies:\n  "
            "\u2570\u2500\u25b6 Because django was not found in the package\n"
            "      registry and you require django==5.2, we can conclude",
            "django",
            3,
        ),
        ("Because there is no version of flask==99 and you require flask==99, we can", "flask", 3),
        ("Because only flask<=3.0.3 is available and you require flask==99, we can", "flask", 3),
    ],
)
def test_a_package_that_is_not_in_the_stock_is_found(log: str, name: str, line: int | None) -> None:
    found = missing_package(f"some output\n{log}\nmore\n", TEXTS, STOCK)
    assert found is not None
    assert (found.kind, found.name, found.line) == ("package", name, line)
    assert found.message.endswith(".")


@pytest.mark.parametrize(
    "log",
    [
        "",
        "ERROR: No matching distribution found for jinja2",
        "ERROR: No matching distribution found for flask",
        "ERROR: No matching distribution found for urllib3>=1.26,<2",
        "ERROR: No matching distribution found for Jinja2~=3.1",
        "ERROR: No matching distribution found for never-mentioned",
        "ERROR: No matching distribution found for login",
        "E: Unable to locate package curl",
        "E: Unable to locate package tini",
        "E: Unable to locate package never-mentioned",
        "E: Version '7.88.1-10+deb12u15' for 'curl' was not found",
        "E: Version '7.88.*' for 'curl' was not found",
        "Could not resolve host: db",
        "Could not resolve host: packages.slipway",
        "ModuleNotFoundError: No module named 'django'",
    ],
)
def test_what_is_here_or_was_never_asked_for_is_the_learners(log: str) -> None:
    assert missing_package(log, TEXTS, STOCK) is None


@pytest.mark.parametrize(
    "log",
    [
        "curl: (6) Could not resolve host: example.org",
        "fatal: unable to access 'https://example.org/a/': Could not resolve host: example.org",
        "W: Failed to fetch x  Temporary failure resolving 'example.org'",
        "wget: unable to resolve host address \u2018example.org\u2019",
        "npm error network request failed, reason: getaddrinfo EAI_AGAIN example.org",
        "wget: bad address 'example.org'",
        "WARNING: fetching https://example.org/main/APKINDEX.tar.gz: temporary error (try again later)",
        'Get "https://x": dial tcp: lookup example.org on 127.0.0.11:53: server misbehaving',
    ],
)
def test_the_internet_is_named_where_a_host_is_not_found(log: str) -> None:
    found = missing_package(log, TEXTS, STOCK)
    assert found is not None
    assert (found.kind, found.name) == ("feature", "the internet")
    assert "example.org" in found.message


def test_texts_may_come_without_names() -> None:
    found = missing_package("E: Unable to locate package nmap", [DOCKERFILE], STOCK)
    assert found is not None
    assert found.line is None


def test_a_missing_version_says_which_are_here() -> None:
    found = missing_package("ERROR: No matching distribution found for urllib3>=3", TEXTS, STOCK)
    assert found is not None
    assert found.message == "The Python package urllib3 is here as 2.8.0, 1.26.20, not as >=3."


@pytest.mark.parametrize(
    "unit",
    [
        "Because ",
        "you require x",
        "E: Version '1' for ",
        "Could not resolve host: a.",
        "a.",
        "fetch https://a/",
        "[,",
    ],
)
def test_a_hostile_log_is_read_at_once(unit: str) -> None:
    begun = time.process_time()
    missing_package(unit * (2_000_000 // len(unit)), TEXTS, STOCK)
    assert time.process_time() - begun < 5


def test_many_faked_messages_cost_little() -> None:
    log = "".join(f"E: Unable to locate package x{n}\n" for n in range(60_000))
    begun = time.process_time()
    missing_package(log, {"Dockerfile": "x" * 65_000}, STOCK)
    assert time.process_time() - begun < 5
