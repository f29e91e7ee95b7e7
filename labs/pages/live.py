"""What a page shows while a submission waits or runs, from the reduced events and the queue's words."""

from __future__ import annotations

from dataclasses import dataclass

from labs.pages.outcomes import DASH, Outcome
from labs.progress import State, StepState

EXPERIMENTS = {
    "build": "Build the image",
    "start": "Start it and send requests",
    "rebuild": "Edit a file and build again",
    "added-files": "Look for set-user-ID files",
    "write-access": "Try what the app may change",
    "compose-up": "Start the project and send requests",
    "compose-cycle": "End the project and start it again",
    "compose-data": "Look for the data in the containers' own layers",
    "compose-matrix": "Try who reaches whom",
    "compose-mounts": "Try to write as root",
    "compose-load": "Send a day's requests",
    "compose-pressure": "Use more than the budget",
}
_STEPS = {
    "waiting": Outcome("neutral", "·", "waits"),
    "running": Outcome("running", "▸", "runs"),
    "done": Outcome("passed", "✓", "ran"),
    "cached": Outcome("neutral", "↺", "cached"),
    "failed": Outcome("failed", "✕", "failed"),
    "cancelled": Outcome("neutral", DASH, "not reached"),
}
_EXPERIMENTS = {
    "running": Outcome("running", "▸", "measuring"),
    "done": Outcome("passed", "✓", "measured"),
    "failed": Outcome("neutral", DASH, "not measured"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    name: str
    line: int | None
    outcome: Outcome
    seconds: str


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    title: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Live:
    headline: str
    running: bool
    steps: tuple[StepRow, ...]
    experiments: tuple[ExperimentRow, ...]
    log: str


def live(state: State, queued: str = "") -> Live:
    """`queued`: the place in the queue, in words, while the row still waits."""
    return Live(
        headline=queued or _headline(state),
        running=not queued,
        steps=tuple(step_row(step["name"], step["line"], _state(step), step["seconds"]) for step in state["steps"]),
        experiments=tuple(
            ExperimentRow(
                EXPERIMENTS.get(one["kind"], one["kind"]),
                _EXPERIMENTS.get(one["state"], _EXPERIMENTS["running"]),
            )
            for one in state["experiments"]
            if one["kind"] != "build"  # the steps above are the build
        ),
        log=state["log"],
    )


def step_row(name: str, line: int | None, state: str, seconds: float) -> StepRow:
    shown = f"{seconds:.1f} s" if state in {"done", "failed"} else ""
    return StepRow(name, line, _STEPS.get(state, _STEPS["running"]), shown)


def _state(step: StepState) -> str:
    return "cached" if step["cached"] else step["state"]


def _headline(state: State) -> str:
    if state["phase"] == "build":
        begun = [step["index"] for step in state["steps"] if step["state"] != "waiting"]
        return f"Building step {max(begun)} of {state['of']}" if begun and state["of"] else "Building"
    return {"measure": "Measuring", "end": "Writing the result"}.get(state["phase"], "Starting a clean sandbox")
