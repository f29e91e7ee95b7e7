"""One submission through the sandbox: its plan, its grade, and the grade of files that never get that far."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from django.conf import settings

from labs.grading import Grade, grade
from labs.randomness import values
from labs.specrules import names
from labs.specs import Lab
from sandbox import door
from sandbox.engine import own
from sandbox.engine.paths import layout
from sandbox.facts import Build, Outcome, Problem
from sandbox.plan import Emit, Plan


class Runs(Protocol):
    """What grading needs of a leased slot; `sandbox.door.Slot` is one."""

    def run(self, plan: Plan, emit: Emit) -> Outcome: ...


def plan(lab: Lab, files: Mapping[str, str], rng: random.Random | None = None) -> Plan:
    """What the sandbox is asked to do. Random values are the system's: no file can know them before."""
    rng = rng or random.SystemRandom()
    wanted = {name for experiment in lab.experiments for name in names(experiment)}
    return Plan(
        lab=lab.slug,
        context=lab.context,
        files=dict(files),
        experiments=lab.experiments,
        values=values(wanted, lab.values, rng),
        limits=lab.limits,
        starter=lab.starter,
        executables=frozenset(name for name, text in files.items() if _is_script(name, text)),
    )


def grade_in(slot: Runs, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
    """Grade in a leased slot. SandboxError when the platform fails."""
    return grade(lab, slot.run(plan(lab, files), emit))


def refused(lab: Lab, problems: Sequence[Problem]) -> Grade:
    """The grade of files that cannot be read: what needs nothing else failed. Needs no engine."""
    problem = replace(problems[0], message=" ".join(problem.message for problem in problems))
    failed = Build(ok=False, seconds=0.0, problem=problem)
    builds = {e.id: failed for e in lab.experiments if e.kind == "build" and not e.dockerfile}
    return grade(lab, Outcome(builds, problem=None if builds else problem))


@contextmanager
def supervisor(slots: int | None = None) -> Iterator[Path]:
    """The control socket of the supervisor that the settings name, or of one for a command's length, with `slots`."""
    if door.status(settings.SANDBOX_SOCKET) is not None:
        yield settings.SANDBOX_SOCKET
        return
    with own.supervisor(slots, layout(settings.VAR)) as control:
        yield control


def _is_script(name: str, text: str) -> bool:
    return name.endswith(".sh") or text.startswith("#!")
