"""Why a check was not measured, and the words for a limit: what a grade says where no check could judge."""

from __future__ import annotations

from collections.abc import Mapping

from labs.checks.base import Verdict
from labs.specs import CheckSpec, Lab
from sandbox.facts import Build, Fact, LimitHit, Outcome, Problem, Rebuild, Start, Twins

NOT_BUILT = "the image was not built"
NO_ANSWER = "the app never answered"
_UNMET = {"builds": NOT_BUILT, "serves": NO_ANSWER}
_LIMIT_HINTS = {
    "time": "Which step takes so long, and does it wait for something that never comes?",
    "memory": "Which command in this step needs so much memory? Try it with less work at once.",
    "pids": "Does something here start processes in a loop, or more jobs at once than it needs?",
    "disk": "What does this step write, and is all of it needed? Remove downloads where they are made.",
    "log": "Which command prints so much? Give it a quiet option.",
    "image": "What makes the image so large? Look for the step that copies or installs the most.",
}
_COUNTED_HINT = "Which instructions of yours make so many of them, and which of these does the app need?"


def unmet(lab: Lab, need: str) -> str:
    """Why a check that needs `need` was not measured."""
    if need in _UNMET:
        return _UNMET[need]
    title = next(check.title for check in lab.checks if check.id == need)
    return f"it needs “{title}” to pass first"


def no_fact(lab: Lab, spec: CheckSpec, outcome: Outcome) -> str:
    """Why a check's experiment yielded nothing that the check could judge."""
    experiments = {e.id: e for e in lab.experiments}
    experiment = experiments[spec.source]
    while experiment.after is not None:
        experiment = experiments[experiment.after]
        reason = _ended(outcome.facts.get(experiment.id))
        if reason:
            return reason
    if outcome.limit is None:
        return "its experiment did not run"
    built = any(isinstance(fact, Build) and fact.ok for fact in outcome.facts.values())
    return "the experiments were stopped by a limit" if built else "the build was stopped by a limit"


def _ended(fact: Fact | None) -> str:
    if isinstance(fact, Build | Rebuild) and not (fact.ok if isinstance(fact, Build) else fact.build.ok):
        return NOT_BUILT
    return NO_ANSWER if isinstance(fact, Start | Twins) and not fact.answered else ""


def stopped_by_limit(spec: CheckSpec, facts: Mapping[str, Fact]) -> bool:
    """Is this the check that a limit hit fails? `builds` when it fell in the build, `serves` in the start."""
    fact = facts.get(spec.source)
    if spec.id == "builds":
        return not (isinstance(fact, Build) and fact.ok)
    return spec.id == "serves" and isinstance(fact, Start) and not fact.answered


def limit_verdict(hit: LimitHit) -> Verdict:
    return Verdict(
        status="failed",
        expected="It stays within the sandbox's limits",
        found=limit_words(hit),
        why="Every submission has the same bounds, so that one cannot take the machine from the others.",
        hint=_LIMIT_HINTS[hit.name] if hit.name != "image" or hit.unit == "MB" else _COUNTED_HINT,
    )


def unusable(problem: Problem) -> Verdict:
    """The files cannot be used at all: too large, missing, no text."""
    return Verdict(
        status="failed",
        expected="The files can be read",
        found=problem.message,
        why="What cannot be read can be neither run nor measured.",
        hint="Does each file have the name that the lab gives, and is it plain text?",
        line=problem.line,
        file=problem.file,
    )


def limit_words(hit: LimitHit) -> str:
    """Limit: memory 512 MB, step “[4/5] RUN make”."""
    step = f", step “{hit.step}”" if hit.step else ""
    return f"Limit: {hit.name} {hit.value:g} {hit.unit}{step}"
