"""The parser on anything at all: a model, or one of its own two refusals; and our own file gives the same model."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.compose import emission, project
from sandbox.compose.given import Given
from sandbox.compose.nodes import Missing, Wrong
from sandbox.compose.services import SHAPES
from sandbox.limits import DEFAULT

pytestmark = pytest.mark.fuzz
GIVEN = Given(files={"a": "A=1"}, image=lambda name: name, builds=True)
VALUES = st.sampled_from([
    *["1", "0", "-1", "1.5", "0777", "0x1f", "1e400", "9" * 30, "~", "true", "'no'", "''", "a", "./a", "a:/b"],
    *["/a:/b:ro"],
    *["8080:80", "1-3:4-6/udp", "64m", "1m30s", "10", "[a, b]", "[]", "{}", "{a: b}", "[{}]", "[[a]]", "{a: {b: c}}"],
    *["${A:-b}", "$$", "$", "${A", "${A:?w}", "'${A-${B:-x}}'", "*x", "&x y", "!!str 1", "!x 1", "|\n      a\n      b"],
    *["{condition: service_started}", "{test: [CMD, a], interval: 1s}", "{limits: {memory: 1g}}", "{soft: 1, hard: 2}"],
    *["{resources: {limits: {cpus: '0.5', memory: 64M, pids: 3}}}", "[{type: tmpfs, target: /x, tmpfs: {size: 1m}}]"],
    *["[{type: volume, source: v, target: /x}]", "[{source: c}]", "[web]", "{web: {condition: service_healthy}}"],
    *["[seccomp=a]", "/x:size=1m", "[NET_RAW]", "{n: {aliases: [q]}}", "[n]", "service:web", "\U0001f600", '"\\u0085"'],
])  # fmt: skip
LINES = st.builds("    {}: {}\n".format, st.sampled_from(sorted(SHAPES)), VALUES)
TOP = st.sampled_from([
    "networks: {n: {internal: true}}\n", "volumes: {v: }\n", "configs: {c: {content: x}}\n", "x-a: &x {k: v}\n",
    "secrets: {c: {file: a}}\n", "name: x\n", "version: '3'\n", "services: {}\n", "volumes: [a]\n", "<<: *x\n",
])  # fmt: skip
SERVICE = st.builds(
    lambda name, lines: f"  {name}:\n    image: a\n{''.join(lines)}",
    st.sampled_from(["web", "db"]),
    st.lists(LINES, max_size=5),
)
FILES = st.builds(
    lambda a, s, b: "".join(a) + "services:\n" + "".join(s) + "".join(b),
    st.lists(TOP, max_size=2),
    st.lists(SERVICE, max_size=2),
    st.lists(TOP, max_size=2),
)
TERMS = emission.Terms(GIVEN, DEFAULT, built="sha256:1")


def tried(text: str) -> None:
    try:
        model = project.read(text, GIVEN)
    except (Wrong, Missing):
        return
    plain = emission.plain(model)
    assert emission.plain(project.read(emission.written(plain), GIVEN)) == plain
    emission.written(emission.ours(model, TERMS))


@given(FILES)
def test_files_that_look_like_one(text: str) -> None:
    tried(text)


@given(st.text(max_size=200))
@example("\ud800")
@example("a: &a [*a]")
@example("? [a]\n: b")
@example("&a : *a")
@example("{*a : b}")
@example("<<: 1")
@example("services: {web: {image: a, environment: [=]}}")
@example("%YAML 1.3\n--- a")
def test_anything(text: str) -> None:
    tried(text)
