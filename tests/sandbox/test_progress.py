"""Streams in `progress/` were recorded from buildx 0.13.1, without most transfer counters, and one from 0.29.1."""

from __future__ import annotations

import base64
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import progress as module
from sandbox.dockerfile import parse
from sandbox.progress import VERTEX_LIMIT, Event, Progress, step_of

FOLDER = Path(__file__).parent / "progress"
RECORDED = parse((FOLDER / "Dockerfile").read_text())
MIXED, CACHED = ((FOLDER / name).read_bytes() for name in ("mixed.json", "cached.json"))
TAIL = b"""Dockerfile:3
--------------------
   1 |     FROM debian:12-slim
   2 |     WORKDIR /app
   3 | >>> COPY missing /
--------------------
ERROR: failed to solve: failed to calculate checksum of ref abc: "/missing": not found
"""
SMALL = parse("FROM debian:12-slim\nWORKDIR /app\nCOPY missing /\nRUN exit 3\n")
BEGUN, ENDED = "2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:06.623456789Z"


def fed(*pieces: bytes) -> tuple[Progress, list[Event]]:
    progress = Progress()
    events = [event for piece in pieces for event in progress.feed(piece)]
    progress.close()
    return progress, events


def document(*vertexes: dict[str, Any], logs: list[tuple[str, bytes]] | None = None, indent: int | None = 2) -> bytes:
    entries = [{"vertex": digest, "data": base64.b64encode(data).decode()} for digest, data in logs or []]
    whole: dict[str, Any] = {"vertexes": list(vertexes)} | ({"logs": entries} if entries else {})
    return json.dumps(whole, indent=indent).encode() + b"\n"


def vertex(name: str, **fields: Any) -> dict[str, Any]:
    return {"digest": f"sha256:{name}", "name": name, **fields}


def read(progress: Progress) -> Any:
    shown = [(v.name, v.state, v.cached, v.seconds, v.error) for v in progress.vertexes.values()]
    return shown, progress.log_tail(50), progress.problem(RECORDED)


def test_a_recorded_build_reads_as_its_steps() -> None:
    steps = fed(MIXED)[0].steps(RECORDED)
    assert [(step.name.split(" ", 3)[:3], step.line, step.cached, step.stage) for step in steps] == [
        (["[base", "1/3]", "FROM"], 1, False, "base"),
        (["[base", "2/3]", "WORKDIR"], 2, True, "base"),
        (["[base", "3/3]", "RUN"], 3, True, "base"),
        (["[other", "1/1]", "RUN"], 5, True, "other"),
        (["[stage-2", "1/3]", "COPY"], 7, False, ""),
        (["[stage-2", "2/3]", "RUN"], 8, False, ""),
        (["[stage-2", "3/3]", "COPY"], 12, False, ""),
    ]
    assert {step.state for step in steps} == {"done"}
    assert 0.3 < next(step.seconds for step in steps if step.line == 8) < 1


def test_a_recorded_rebuild_is_cached_but_for_its_base() -> None:
    steps = fed(CACHED)[0].steps(RECORDED)
    assert [step.line for step in steps if not step.cached] == [1]


def test_a_newer_client_with_a_document_a_line_reads_alike() -> None:
    newer = fed((FOLDER / "cached-0.29.json").read_bytes())[0]
    steps, older = newer.steps(RECORDED), fed(CACHED)[0].steps(RECORDED)
    assert [(s.name, s.line, s.cached, s.stage) for s in steps] == [(s.name, s.line, s.cached, s.stage) for s in older]
    assert newer.context_sent == 102


def test_what_a_recorded_step_printed_is_kept() -> None:
    progress, events = fed(MIXED)
    assert "one" in progress.log_tail(10)
    steps = [step_of(event.vertex, RECORDED) for event in events if event.log]
    assert {step.line for step in steps if step is not None} == {8}


@given(st.sampled_from([MIXED, CACHED, MIXED + TAIL]), st.lists(st.integers(0, len(MIXED) + len(TAIL)), max_size=12))
def test_the_pieces_that_it_arrives_in_do_not_matter(stream: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[begin:end] for begin, end in itertools.pairwise(places)]
    cut, whole = fed(*pieces), fed(stream)
    assert read(cut[0]) == read(whole[0])
    assert [event.log for event in cut[1]] == [event.log for event in whole[1]]


@given(st.binary(max_size=400))
def test_nothing_that_arrives_raises(data: bytes) -> None:
    read(fed(data, b"\n", MIXED[:2000], data)[0])


def test_documents_on_one_line_read_like_indented_ones() -> None:
    decoder, text, flat = json.JSONDecoder(), MIXED.decode(), b""
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        flat += json.dumps(value, separators=(",", ":")).encode() + b"\n"
        text = text[end:]
    assert read(fed(flat)[0]) == read(fed(MIXED)[0])


def test_a_step_moves_from_waiting_to_done() -> None:
    name, states = "[1/1] RUN true", []
    for fields in ({}, {"started": BEGUN}, {"started": BEGUN, "completed": ENDED}):
        progress, _ = fed(document(vertex(name, **fields)))
        states.append((progress.vertexes[f"sha256:{name}"].state, progress.vertexes[f"sha256:{name}"].seconds))
    assert states == [("waiting", 0.0), ("running", 0.0), ("done", 1.5)]


@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_a_step_of_two_vertexes_ran_if_either_did(order: tuple[bool, bool]) -> None:
    name = "[2/4] WORKDIR /app"
    parts = [{**vertex(name, started=BEGUN, completed=ENDED, cached=c), "digest": f"sha256:{c}"} for c in order]
    (step,) = fed(document(*parts))[0].steps(SMALL)
    assert not step.cached


@pytest.mark.parametrize("name", ["[internal] load build context", "exporting to image", "[auth] library/debian"])
def test_the_builders_own_work_is_no_step(name: str) -> None:
    progress, events = fed(document(vertex(name, started=BEGUN)))
    assert progress.steps(SMALL) == ()
    assert step_of(events[0].vertex, SMALL) is None


def test_a_step_of_another_platform_and_of_a_named_stage_has_its_line() -> None:
    progress, _ = fed(document(vertex("[linux/amd64 base 2/3] WORKDIR /app", started=BEGUN)))
    assert [(step.line, step.stage) for step in progress.steps(RECORDED)] == [(2, "base")]


def test_a_failed_step_is_told_with_its_line_and_exit_code() -> None:
    error = 'process "/bin/sh -c exit 3" did not complete successfully: exit code: 3'
    progress, _ = fed(document(vertex("[4/4] RUN exit 3", started=BEGUN, completed=ENDED, error=error)), TAIL)
    problem = progress.problem(SMALL)
    assert (problem.message, problem.line) == ("`RUN exit 3` ended with exit code 3", 4)
    assert progress.running_step(SMALL) == "[4/4] RUN exit 3"


def test_a_step_that_was_killed_says_how() -> None:
    error = 'process "/bin/sh -c x" did not complete successfully: signal: killed'
    progress, _ = fed(document(vertex("[4/4] RUN x", started=BEGUN, error=error)))
    assert progress.problem(SMALL).message == "`RUN x` did not finish: signal: killed"


def test_a_cancelled_step_is_not_a_failed_one() -> None:
    error = 'process "/bin/sh -c exit 3" did not complete successfully: context canceled'
    progress, _ = fed(
        document(
            vertex("[2/4] WORKDIR /app", started=BEGUN, error=error),
            vertex("[4/4] RUN exit 3", started=BEGUN, error='process "x" did not complete successfully: exit code: 3'),
        )
    )
    assert [step.state for step in progress.steps(SMALL)] == ["cancelled", "failed"]
    assert progress.problem(SMALL).line == 4


@pytest.mark.parametrize("tail", [TAIL, TAIL.replace(b"ERROR: ", b"ERROR: failed to build: ")])
def test_a_build_that_fails_outside_of_a_step_is_told_by_the_text_after_it(tail: bytes) -> None:
    problem = fed(document(vertex("[internal] load build context")), tail)[0].problem(SMALL)
    assert problem.line == 3
    assert problem.message.endswith('"/missing": not found')
    assert "failed to" not in problem.message.removeprefix("failed to calculate")


def test_text_without_a_line_feed_at_its_end_is_read() -> None:
    assert fed(b"ERROR: no such thing")[0].problem(SMALL).message == "no such thing"


def test_silence_is_said_to_be_silence() -> None:
    assert fed()[0].problem(SMALL).message == "the build ended without saying why"


def test_a_running_step_is_named() -> None:
    done, running = vertex("[2/4] WORKDIR /app", started=BEGUN, completed=ENDED), vertex("[4/4] RUN x", started=BEGUN)
    assert fed(document(done, running))[0].running_step(SMALL) == "[4/4] RUN x"
    assert fed(document(done))[0].running_step(SMALL) is None


def test_a_characters_bytes_that_come_in_two_entries_are_joined() -> None:
    name = "[4/4] RUN x"
    _, events = fed(document(vertex(name), logs=[(f"sha256:{name}", b"caf\xc3"), (f"sha256:{name}", b"\xa9\n")]))
    assert [event.log for event in events] == ["", "café\n"]


def test_output_that_is_not_base64_is_left_out() -> None:
    body = b'{"vertexes": [], "logs": [{"vertex": "a", "data": "!"}, {"vertex": "a", "data": "YQ=="}]}\n'
    assert fed(body)[0].log_tail(5) == "a"


def test_a_document_that_is_not_json_is_text_and_the_next_is_read() -> None:
    progress, events = fed(b"{\n  nonsense\n}\n", document(vertex("[1/1] RUN true")))
    assert len(events) == 1
    assert len(progress.vertexes) == 1


def test_a_document_beyond_the_bound_is_left_out_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCUMENT_BYTES", 2000)
    long = document(vertex("[1/2] RUN " + "x" * 900), vertex("[1/2] RUN " + "y" * 1200))
    progress, events = fed(long, document(vertex("[2/2] RUN true")))
    assert [event.vertex.name for event in events] == ["[2/2] RUN true"]
    assert sum(map(len, progress._document)) < 2000


def test_a_line_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCUMENT_BYTES", 2000)
    progress = Progress()
    for _ in range(50):
        progress.feed(b"x" * 1000)
    assert len(progress._rest) <= 3000


def test_steps_and_output_are_bounded() -> None:
    vertexes = [vertex(f"[{n}/9999] RUN true") for n in range(VERTEX_LIMIT + 5)]
    first = vertexes[0]["digest"]
    progress, events = fed(document(*vertexes), *(document(logs=[(first, b"y" * 50_000)]) for _ in range(4)))
    assert len(progress.vertexes) == len([event for event in events if not event.log]) == VERTEX_LIMIT
    assert len(progress.log_tail(10**6)) <= module.TAIL_BYTES


def test_a_steps_name_is_short_and_steers_no_terminal() -> None:
    (step,) = fed(document(vertex("[2/2] RUN \x1b[31m" + "x" * 5000 + "\n")))[0].steps(SMALL)
    assert len(step.name) <= module.NAME_CHARACTERS
    assert "\x1b" not in step.name


def test_what_the_builder_asked_for_is_counted() -> None:
    load = document(vertex("[internal] load build context"))
    sent = [
        {"id": "transferring context:", "vertex": "sha256:[internal] load build context", "current": n}
        for n in (7, 9, 8)
    ]
    other = [{"id": "transferring context:", "vertex": "sha256:RUN x", "current": 99}]
    progress, _ = fed(load, json.dumps({"statuses": sent + other}).encode() + b"\n")
    assert progress.context_sent == 9
    assert fed(load)[0].context_sent is None


def test_what_was_sent_is_counted_when_its_document_is_the_first_of_its_vertex() -> None:
    name = "[internal] load build context"
    digest = f"sha256:{name}"
    both = {
        "vertexes": [{"digest": digest, "name": name}],
        "statuses": [{"id": "transferring context:", "vertex": digest, "current": 7}],
    }
    assert fed(json.dumps(both).encode() + b"\n")[0].context_sent == 7


@pytest.mark.parametrize("current", [-1, "many", None, 10**400, True])
def test_a_count_that_is_none_is_left_out(current: Any) -> None:
    load = document(vertex("[internal] load build context"))
    status = {"id": "transferring context:", "vertex": "sha256:[internal] load build context", "current": current}
    assert fed(load, json.dumps({"statuses": [status]}).encode() + b"\n")[0].context_sent in (None, 1)
