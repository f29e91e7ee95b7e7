from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labs import progress
from labs.progress import State, empty, reduced, stored

names = st.text(max_size=600)
events = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["claimed", "queued", "end", "novelty", ""])}),
    st.fixed_dictionaries({"type": st.just("phase"), "phase": st.sampled_from(["build", "measure", "other"])}),
    st.fixed_dictionaries(
        {
            "type": st.just("step"),
            "index": st.integers(0, 400),
            "of": st.integers(0, 400),
            "name": names,
            "line": st.none() | st.integers(1, 99),
            "state": st.sampled_from(["waiting", "running", "done", "failed", "cancelled", "?"]),
            "cached": st.booleans(),
            "seconds": st.floats(0, 600),
        }
    ),
    st.fixed_dictionaries({"type": st.just("log"), "step": st.none() | names, "text": st.text(max_size=9000)}),
    st.fixed_dictionaries(
        {
            "type": st.just("experiment"),
            "id": names,
            "kind": names,
            "state": st.sampled_from(["running", "done"]),
        }
    ),
)


def after(*sent: tuple[int, dict[str, Any]]) -> State:
    state = empty()
    for fence, event in sent:
        state = reduced(state, fence, event)
    return state


@given(st.lists(st.tuples(st.integers(1, 3), events), max_size=40))
def test_any_events_leave_a_bounded_state_that_json_can_hold(sent: list[tuple[int, dict[str, Any]]]) -> None:
    state = after(*sent)
    assert json.loads(json.dumps(state)) == state
    assert len(state["steps"]) <= progress.STEPS
    assert len(state["log"]) <= progress.LOG_CHARACTERS
    indexes = [step["index"] for step in state["steps"]]
    assert indexes == sorted(set(indexes))
    assert state["fence"] == max((fence for fence, _ in sent), default=0)


@given(st.lists(st.tuples(st.integers(1, 3), events), max_size=20), events)
def test_a_lower_fence_changes_nothing(sent: list[tuple[int, dict[str, Any]]], late: dict[str, Any]) -> None:
    state = after(*sent, (4, {"type": "claimed"}))
    assert reduced(state, 3, late) == state


@given(st.lists(st.tuples(st.just(1), events), max_size=20))
def test_a_stored_state_goes_on_where_it_was(sent: list[tuple[int, dict[str, Any]]]) -> None:
    state = after(*sent)
    assert stored(json.loads(json.dumps(state))) == state


def test_a_new_try_begins_with_nothing_of_the_old_one() -> None:
    state = after((1, {"type": "log", "text": "old\n"}), (2, {"type": "phase", "phase": "build"}))
    assert (state["log"], state["phase"], state["fence"]) == ("", "build", 2)


def test_a_step_that_ends_replaces_the_one_that_ran() -> None:
    running = {"type": "step", "index": 2, "of": 4, "name": "RUN x", "line": 3, "state": "running"}
    state = after((1, running), (1, {**running, "state": "done", "seconds": 1.5}))
    assert [(step["state"], step["seconds"]) for step in state["steps"]] == [("done", 1.5)]
    assert state["of"] == 4


def test_the_newest_lines_of_the_log_are_kept_whole() -> None:
    state = after(*((1, {"type": "log", "text": f"line {n}\n"}) for n in range(100)))
    assert state["log"].splitlines()[0] == f"line {100 - progress.LOG_LINES}"
    assert state["log"].endswith("line 99\n")


def test_a_row_without_a_report_waits() -> None:
    assert stored({}) == empty()
