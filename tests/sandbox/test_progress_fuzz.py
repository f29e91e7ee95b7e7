"""The build client's output when the build has gone bad: any bytes, any JSON, floods, and never an exception."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox import progress as module
from sandbox.dockerfile import parse
from sandbox.progress import DOCUMENT_BYTES, NAME_CHARACTERS, TAIL_BYTES, VERTEX_LIMIT, Event, Progress, step_of
from tests.fuzz.payloads import STEERS
from tests.fuzz.values import JSON, Long

pytestmark = pytest.mark.fuzz

PARSED = parse("FROM a AS one\nRUN x\nFROM b\nCOPY --from=one a b\nRUN y\n")
NAME = st.sampled_from(
    ["[1/2] RUN x", "[one 2/2] RUN x", "[stage-1 3/3] RUN y", "[internal] load", "[9999999999999999999999/1] x"]
)
DIGEST = st.sampled_from(["sha256:1", "sha256:2"])
TIME = st.sampled_from(
    ["2026-01-02T03:04:05.123456789Z", "2026-99-99T00:00:00Z", "0001-01-01T00:00:00+23:59", "9" * 400]
)
VERTEX = st.fixed_dictionaries(
    {"digest": DIGEST | JSON, "name": NAME | JSON},
    optional={"started": TIME | JSON, "completed": TIME | JSON, "cached": JSON, "error": st.text(max_size=40) | JSON},
)
LOG = st.fixed_dictionaries(
    {"vertex": DIGEST | JSON},
    optional={"data": st.binary(max_size=40).map(lambda b: base64.b64encode(b).decode()) | JSON},
)
DOCUMENT = st.fixed_dictionaries(
    {}, optional={"vertexes": st.lists(VERTEX, max_size=4) | JSON, "logs": st.lists(LOG, max_size=4) | JSON}
)
WRITTEN = st.builds(
    lambda value, indent: json.dumps(value, indent=indent).encode() + b"\n",
    DOCUMENT | JSON,
    st.sampled_from([None, 2]),
)
CHUNK = st.one_of(
    WRITTEN,
    st.binary(max_size=60),
    st.sampled_from([b"{\n", b"}\n", b"{}\n", b"[]\n", b"{1}\n", b"\n", b"ERROR: \xff\n", b"Dockerfile:99999999999\n"]),
    st.sampled_from(
        [Long(b'{"vertexes":' + b"[" * 60_000 + b"}\n"), Long(b'{"a":' * 30_000 + b"}\n"), Long(b"{" * 9000)]
    ),
)
STREAM = st.lists(CHUNK, max_size=8)


def asked(progress: Progress) -> None:
    """Everything that a build's end asks."""
    steps = progress.steps(PARSED)
    problem = progress.problem(PARSED)
    for text in (problem.message, *(step.name for step in steps)):
        assert not STEERS.search(text)
    assert all(len(step.name) <= NAME_CHARACTERS for step in steps)
    assert len(problem.message) <= 1000 + NAME_CHARACTERS
    progress.running_step(PARSED)
    progress.log_tail(50)


def held(progress: Progress) -> int:
    """Bytes and characters that it keeps."""
    kept = [progress._rest, *progress._document, *progress._text.parts, *progress._output.parts]
    return sum(len(one) + 1 for one in kept) + sum(len(v.name) + len(v.error) for v in progress.vertexes.values())


@given(STREAM)
@example([b'{"vertexes": [{"digest": "a", "name": "[1/1] x", "started": 5}]}\n'])
@example([b'{"vertexes": {"a": 1}}\n', b'{"logs": [1, "x", null]}\n', b"[1]\n", b'{"vertexes": 3}\n'])
def test_whatever_arrives_becomes_steps_or_text(stream: list[bytes]) -> None:
    progress = Progress()
    events: list[Event] = []
    for chunk in stream:
        events += progress.feed(chunk)
    progress.close()
    for event in events:
        step_of(event.vertex, PARSED)
        event.log.encode()
    asked(progress)


@given(STREAM, st.sampled_from([b"{\n", b"x", b'{"vertexes": [\n']))
def test_a_build_that_writes_on_and_on_is_kept_within_bounds(stream: list[bytes], unit: bytes) -> None:
    progress = Progress()
    for chunk in (*stream, unit * 20_000, b"\n}\n", *stream):
        progress.feed(chunk)
    assert held(progress) < 2 * DOCUMENT_BYTES + 4 * TAIL_BYTES


def test_a_line_without_end_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCUMENT_BYTES", 1000)
    progress = Progress()
    for _ in range(100):
        progress.feed(b"x" * 100)
        assert held(progress) <= 1000 + 100


def vertex(number: int, **fields: Any) -> bytes:
    return json.dumps({"vertexes": [{"digest": f"{number}", "name": f"[{number}/9] x", **fields}]}).encode() + b"\n"


def test_thousands_of_steps_with_long_errors_stay_small() -> None:
    progress = Progress()
    for number in range(VERTEX_LIMIT + 500):
        progress.feed(vertex(number, error="e" * 20_000))
    assert len(progress.vertexes) == VERTEX_LIMIT
    assert held(progress) < 2 * VERTEX_LIMIT * 4000


def test_a_million_empty_lines_cost_nothing() -> None:
    progress = Progress()
    progress.feed(b"\n" * 1_000_000)
    assert len(progress.text) <= TAIL_BYTES


def test_a_long_line_in_many_pieces_is_not_copied_with_every_one() -> None:
    progress = Progress()
    progress.feed(b"x")
    held_before = progress._rest
    for _ in range(1000):
        progress.feed(b"x" * 1000)
    assert progress._rest is held_before
    assert len(progress._rest) == 1_000_001
