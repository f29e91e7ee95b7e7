"""`script`: a learner's program that decides, over cases whose right decision is known; all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sandbox import noise, scripts
from sandbox.facts import Fact
from sandbox.plan import Case, Experiment, fill
from sandbox.scriptfacts import CaseRun, Script

if TYPE_CHECKING:
    from sandbox.session import Session

AT_ONCE = 8  # scripts that wait for something must not add up
FEW = 3  # runs out of time among many that were not: a machine that stood still looks the same, so they run again


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Script:
    folders = [_folder(session, experiment, case) for case in experiment.cases]
    room = scripts.furnish(session, experiment.image, folders)

    def tried(numbered: tuple[int, Case]) -> CaseRun:
        number, case = numbered
        command = [f"./{experiment.script}", *case.arguments]
        ran = scripts.run(session, room, scripts.Job(number, command, round(session.patient(experiment.seconds))))
        wanted = [fill(text, session.plan.values) for text in case.says]
        unwanted = [fill(text, session.plan.values) for text in case.hides]
        return CaseRun(
            name=case.name,
            group=case.group,
            admits=case.admits,
            ran=ran,
            missing=tuple(text for text in wanted if text not in ran.output),
            excess=tuple(text for text in unwanted if text in ran.output),
        )

    numbered = list(enumerate(experiment.cases))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        order = scripts.shuffled(len(numbered))
        made = dict(zip(order, pool.map(tried, [numbered[number] for number in order]), strict=True))
        runs = [made[number] for number in range(len(numbered))]
        again = late(runs)
        for number, one in zip(again, pool.map(tried, [numbered[number] for number in again]), strict=True):
            runs[number] = one
    return Script(experiment.script, tuple(runs))


def late(runs: Sequence[CaseRun]) -> list[int]:
    """Numbers of the runs that are worth another try: the few whose time was over beside others that were done."""
    found = [number for number, one in enumerate(runs) if one.ran.limit == "time"]
    return found if len(found) <= min(FEW, len(runs) - 1) else []


def _folder(session: Session, experiment: Experiment, case: Case) -> scripts.Folder:
    """The learner's texts, and the case's inputs with this run's values in them. No learner's file covers an input."""
    plan = session.plan
    own = {name: text.encode() for name, text in plan.files.items()}
    given = {
        name: noise.varied(fill(plan.context[source].decode(), plan.values)).encode()
        for name, source in case.files.items()
    }
    return scripts.Folder({**own, **given}, frozenset({experiment.script, *plan.executables}))
