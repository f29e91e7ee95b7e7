"""Runs the cases of a proof on the real engine: a thread a slot, each case in a lease of its own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

from labs import files, running
from labs.grading import Grade
from labs.proof import Case, Result
from labs.specs import Lab
from sandbox import door
from sandbox.errors import SandboxError
from sandbox.plan import Emit

Tell = Callable[[Result], None]  # called from the threads, once a run
WAIT_SECONDS = 600.0
# Of a supervisor that is started for a proof alone. A case waits for a seventh of its time, for an app's health mostly:
# with a slot a core the processors are idle as long, with one more hardly ever.
SLOTS = (os.cpu_count() or 1) + 1


def prove(
    labs: Mapping[str, Lab], cases: Sequence[Case], control: Path, *, repeat: int = 1, tell: Tell
) -> list[Result]:
    """Every case, `repeat` times. SandboxError as soon as the platform fails: nothing is proven then."""
    work = _side_by_side(cases) * repeat
    pool = ThreadPoolExecutor(_slots(control), thread_name_prefix="proof")
    try:
        futures = [pool.submit(_run, labs[case.slug], case, control, tell) for case in work]
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    finally:  # at Ctrl-C too, what has not begun is not begun
        pool.shutdown(cancel_futures=True)
    for future in done:
        if error := future.exception():
            raise error
    return [future.result() for future in futures]


def _side_by_side(cases: Sequence[Case]) -> list[Case]:
    """All labs at once, each in its own order: one that mostly waits leaves the processors to one that builds."""
    counts, seen = Counter(case.slug for case in cases), Counter[str]()

    def place(case: Case) -> float:
        seen[case.slug] += 1
        return seen[case.slug] / counts[case.slug]

    return sorted(cases, key=place)


def _slots(control: Path) -> int:
    answer = door.status(control)
    if answer is None:
        raise SandboxError("the sandbox supervisor does not answer")
    states = [slot["state"] for slot in answer["slots"]]
    return max(1, len(states) - states.count("broken"))


def _run(lab: Lab, case: Case, control: Path, tell: Tell) -> Result:
    result = Result(case, grade_folder(lab, case.folder, control, lambda event: None))
    tell(result)
    return result


def grade_folder(lab: Lab, folder: Path, control: Path, emit: Emit) -> Grade:
    """The grade of a folder's files, as a learner would get it."""
    submitted, _ = files.read_all(lab, folder)
    if submitted.problems:
        return running.refused(lab, submitted.problems)
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        return running.grade_in(slot, lab, submitted.files, emit)
