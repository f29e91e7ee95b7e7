"""`script`: a learner's program that decides, over cases whose right decision is known; all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sandbox import scripts
from sandbox.facts import Fact
from sandbox.plan import Case, Experiment, fill
from sandbox.scriptfacts import CaseRun, Script

if TYPE_CHECKING:
    from sandbox.session import Session

AT_ONCE = 8  # scripts that wait for something must not add up


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Script:
    folders = [_folder(session, experiment, case) for case in experiment.cases]
    room = scripts.furnish(session, experiment.image, folders)

    def tried(numbered: tuple[int, Case]) -> CaseRun:
        number, case = numbered
        command = [f"./{experiment.script}", *case.arguments]
        ran = scripts.run(session, room, scripts.Job(number, command, experiment.seconds))
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

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Script(experiment.script, tuple(pool.map(tried, enumerate(experiment.cases))))


def _folder(session: Session, experiment: Experiment, case: Case) -> scripts.Folder:
    """The learner's texts, and the case's inputs with this run's values in them. No learner's file covers an input."""
    plan = session.plan
    own = {name: text.encode() for name, text in plan.files.items()}
    given = {name: fill(plan.context[source].decode(), plan.values).encode() for name, source in case.files.items()}
    return scripts.Folder({**own, **given}, frozenset({experiment.script, *plan.executables}))
