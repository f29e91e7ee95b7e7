"""The events of one grading → what a page shows while it runs. Pure; every text and list in it is bounded.

Events are those of `sandbox.plan.Emit`, and the worker's own: {"type": "claimed"} begins a try,
{"type": "queued"} says that it was given back, {"type": "end"} that the rows are final.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

STEPS = 200  # more than any Dockerfile that BuildKit accepts in our size limit and a person reads
TEXT = 400  # characters of one name
LOG_LINES, LOG_CHARACTERS = 60, 8000  # the newest output; the whole of it follows with the result
PHASES = {"build", "measure"}
STEP_STATES = {"waiting", "running", "done", "failed", "cancelled"}


class StepState(TypedDict):
    index: int
    name: str
    line: int | None
    state: str
    cached: bool
    seconds: float


class ExperimentState(TypedDict):
    id: str
    kind: str
    state: str


class State(TypedDict):
    """JSON-ready. `phase` is queued, starting, build, measure or end."""

    fence: int
    phase: str
    of: int
    steps: list[StepState]
    log: str
    experiments: list[ExperimentState]


def empty(fence: int = 0) -> State:
    return State(fence=fence, phase="starting" if fence else "queued", of=0, steps=[], log="", experiments=[])


def stored(value: Mapping[str, Any]) -> State:
    """The state in a row's `progress`; {} is a row that no worker has reported on yet."""
    whole: Any = {**empty(), **value}
    state: State = whole  # written by `reduced`, read back
    return state


def reduced(state: State, fence: int, event: Mapping[str, Any]) -> State:
    """The state after one event. A higher fence begins anew; what a replaced worker still says is ignored."""
    if fence < state["fence"]:
        return state
    if fence > state["fence"]:
        state = empty(fence)
    change = _CHANGES.get(str(event.get("type")))
    return change(state, event) if change else state


def _claimed(state: State, event: Mapping[str, Any]) -> State:
    return empty(state["fence"])


def _moved(state: State, event: Mapping[str, Any]) -> State:
    return {**state, "phase": str(event["type"])}


def _phase(state: State, event: Mapping[str, Any]) -> State:
    return {**state, "phase": str(event["phase"])} if event.get("phase") in PHASES else state


def _log(state: State, event: Mapping[str, Any]) -> State:
    return {**state, "log": _tail(state["log"] + str(event.get("text", "")))}


def _step(state: State, event: Mapping[str, Any]) -> State:
    index = int(event.get("index") or 0)
    step = StepState(
        index=index,
        name=str(event.get("name", ""))[:TEXT],
        line=event.get("line"),
        state=str(event["state"]) if event.get("state") in STEP_STATES else "running",
        cached=bool(event.get("cached")),
        seconds=float(event.get("seconds") or 0.0),
    )
    others = [known for known in state["steps"] if known["index"] != index]
    steps = sorted([*others, step], key=lambda known: known["index"])[:STEPS]
    return {**state, "steps": steps, "of": max(state["of"], int(event.get("of") or 0))}


def _experiment(state: State, event: Mapping[str, Any]) -> State:
    new = ExperimentState(
        id=str(event.get("id", ""))[:TEXT],
        kind=str(event.get("kind", ""))[:TEXT],
        state=str(event.get("state", ""))[:TEXT],
    )
    known = [new if one["id"] == new["id"] else one for one in state["experiments"]]
    if new not in known:
        known.append(new)
    return {**state, "experiments": known[:STEPS]}


def _tail(text: str) -> str:
    lines = text[-LOG_CHARACTERS:].splitlines(keepends=True)
    return "".join(lines[-LOG_LINES:])


_CHANGES: Mapping[str, Callable[[State, Mapping[str, Any]], State]] = {
    "claimed": _claimed,
    "queued": _moved,
    "end": _moved,
    "phase": _phase,
    "step": _step,
    "log": _log,
    "experiment": _experiment,
}
