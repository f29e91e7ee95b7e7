from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sandbox.available import Stock, refuse
from sandbox.dockerfile import parse
from sandbox.facts import Unavailable
from tests.sandbox.stock import DATA, DIGEST, DISTROLESS, OTHER, PYTHON, UPSTREAM

STOCK = Stock.of(DATA)


def refused(text: str) -> Unavailable | None:
    return refuse(parse(text), STOCK)


def test_the_stock_is_read_again_only_when_its_file_changed(tmp_path: Path) -> None:
    path = tmp_path / "stock.json"
    path.write_text(json.dumps(DATA))
    first = Stock.load(path)
    assert Stock.load(path) is first
    path.write_text(json.dumps({"images": {}, "packages": {}}))
    os.utime(path, ns=(1, 1))
    assert Stock.load(path).images == {}


def test_the_stock_gathers_what_all_images_bring() -> None:
    assert STOCK.setuid["/usr/bin/su"] == {"s1", "s2"}
    assert STOCK.diff_ids["debian:12-slim"] == (f"{DIGEST}-1", f"{DIGEST}-2")
    assert STOCK.images["debian:12-slim"].upstream_digest == UPSTREAM
    assert (STOCK.deb["curl"], STOCK.pip["flask"]) == (("7.88.1-10+deb12u15",), ("3.0.3",))


@pytest.mark.parametrize(
    "text",
    [
        "FROM debian:12-slim",
        "FROM docker.io/library/debian:12-slim",
        f"FROM debian:12-slim@{DIGEST}",
        f"FROM debian@{DIGEST}",
        f"FROM debian:12-slim@{UPSTREAM}",
        f"FROM debian:bookworm@{UPSTREAM}",
        f"FROM {DISTROLESS}",
        "FROM scratch",
        "ARG V=12-slim\nFROM debian:${V}",
        "ARG V\nFROM debian:${V?which}",
        "FROM debian:12-slim AS build\nFROM scratch\nCOPY --from=BUILD /a /b\nCOPY --from=0 /a /b",
        "FROM node:20 AS unused\nADD https://x.org/y /y\nFROM debian:12-slim",
        "# syntax=docker/dockerfile:1\nFROM debian:12-slim",
        "FROM debian:12-slim\nADD app.tar.gz github.com/x/y httpd.conf /x/",
        "FROM debian:12-slim\nADD <<EOF /x\nhttps://x.org\nEOF",
        "FROM debian:12-slim\nRUN --network=none --security=sandbox true",
        "FROM debian:12-slim\nRUN --mount=type=secret,id=a --mount=type=ssh,required=false true",
        "FROM debian:12-slim\nRUN --mount=type=cache,target=/a true",
        "FROM Debian:12-slim",
        "FROM debian:12-slim\nRUN echo 'ADD https://x.org /x'",
    ],
)
def test_what_is_here_is_let_through(text: str) -> None:
    assert refused(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "name", "line"),
    [
        ("FROM node:20", "image", "node:20", 1),
        ("FROM debian", "image", "debian", 1),
        ("FROM evil.org/library/debian:12-slim", "image", "evil.org/library/debian:12-slim", 1),
        (f"FROM debian:12-slim@{OTHER}", "image", f"debian:12-slim@{OTHER}", 1),
        (f"FROM debian@{PYTHON}", "image", f"debian@{PYTHON}", 1),
        ("ARG V=99\nFROM debian:${V:-12-slim}", "image", "debian:99", 2),
        ("FROM scratch\nCOPY --from=busybox:1 /a /b", "image", "busybox:1", 2),
        ("FROM debian:12-slim\nRUN --mount=from=busybox,target=/x true", "image", "busybox", 2),
        ("# syntax=evil/parser:1\nFROM debian:12-slim", "feature", "syntax", 1),
        ("// syntax=evil/parser:1\nFROM debian:12-slim", "feature", "syntax", 1),
        ("FROM debian:12-slim\nADD https://x.org/a /a", "feature", "https://x.org/a", 2),
        (
            "FROM debian:12-slim\nADD --checksum=sha256:1 a git@x.org:a/b.git /a",
            "feature",
            "git@x.org:a/b.git",
            2,
        ),
        ('FROM debian:12-slim\nADD ["ssh://x/y", "/a b"]', "feature", "ssh://x/y", 2),
        ("FROM debian:12-slim\nARG U=https://x.org\nADD $U/a /a", "feature", "https://x.org/a", 3),
        ("FROM debian:12-slim\nRUN --security=insecure true", "feature", "--security=insecure", 2),
        ("FROM debian:12-slim\nRUN --network=host true", "feature", "--network=host", 2),
        ("FROM debian:12-slim\nRUN --device=a/b true", "feature", "--device", 2),
        ("FROM debian:12-slim\nRUN --mount=type=ssh,required true", "feature", "--mount=type=ssh", 2),
        (
            "FROM debian:12-slim\nRUN --mount=type=secret,id=x,required=true a",
            "feature",
            "--mount=type=secret",
            2,
        ),
        ("FROM debian:12-slim\nRUN --network=host a\nCOPY --from=x:1 a b", "feature", "--network=host", 2),
    ],
)
def test_what_is_never_given_is_refused_with_its_line(text: str, kind: str, name: str, line: int) -> None:
    found = refused(text)
    assert found is not None
    assert (found.kind, found.name, found.line) == (kind, name, line)
    assert found.message.endswith(".")


def test_a_missing_image_comes_with_those_that_are_here() -> None:
    found = refused("FROM node:20")
    assert found is not None
    assert found.message == (
        f"node:20 is not available here; available: debian:12-slim, {DISTROLESS}, python:3.11-slim."
    )


def test_a_foreign_digest_comes_with_the_one_that_is_here() -> None:
    found = refused(f"FROM debian:12-slim@{OTHER}")
    assert found is not None
    assert found.message == f"debian:12-slim is here with another digest; pin {DIGEST} instead."
