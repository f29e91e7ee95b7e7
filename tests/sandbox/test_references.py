from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.references import ImageName, parse_name
from tests.sandbox.stock import DIGEST


@pytest.mark.parametrize(
    ("text", "repository", "tag", "digest"),
    [
        ("debian", "docker.io/library/debian", "latest", None),
        ("debian:12-slim", "docker.io/library/debian", "12-slim", None),
        ("docker.io/debian:12", "docker.io/library/debian", "12", None),
        ("index.docker.io/library/debian", "docker.io/library/debian", "latest", None),
        ("grafana/loki:3", "docker.io/grafana/loki", "3", None),
        ("gcr.io/a/b:c", "gcr.io/a/b", "c", None),
        ("localhost/a", "localhost/a", "latest", None),
        ("localhost:5000/a:b", "localhost:5000/a", "b", None),
        (f"debian@{DIGEST}", "docker.io/library/debian", None, DIGEST),
        (f"debian:12@{DIGEST}", "docker.io/library/debian", "12", DIGEST),
    ],
)
def test_names_are_completed_as_docker_does(text: str, repository: str, tag: str | None, digest: str | None) -> None:
    assert parse_name(text) == ImageName(repository, tag, digest)


@pytest.mark.parametrize(
    "text",
    ["", "Debian", "debian:", "debian:a b", "debian@sha256:12", "a//b", "-a", "x" * 600, "$X", "a@", "/a"],
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert parse_name(text) is None


@given(st.text(alphabet="aA0:/@.-_", max_size=30))
def test_any_text_is_read_or_none(text: str) -> None:
    name = parse_name(text)
    assert name is None or parse_name(name.tagged) is not None
