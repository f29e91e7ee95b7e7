"""Runs what the lesson claims on the real engine: the trials of predict questions and both sides of its examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labs import measuring, specfile, specs, stacks
from labs.errors import SpecError
from labs.grading import Grade
from labs.running import Runs, grade_in
from labs.specs import Lab
from lessons.examples import SIDES, Example
from lessons.quiz.loading import answer_key
from lessons.quiz.questions import Question, Trial
from lessons.quiz.variants import vary
from sandbox.door import Slot
from sandbox.facts import Outcome
from sandbox.plan import Edit, Experiment, Plan

BUILD = Experiment("image", "build")


def trials(question: Question) -> Iterator[tuple[str, Trial]]:
    """(key, trial) of every variant of a predict question."""
    for variant in range(question.variant_count):
        trial = vary(question, variant).trial
        if trial is not None:
            yield answer_key(question, variant), trial


def try_out(slot: Runs, key: str, trial: Trial) -> tuple[str, str]:
    """(what happened, the engine that it happened on). NotMeasured when nothing can be read from it."""
    experiments: tuple[Experiment, ...] = (BUILD,)
    if trial.edit:
        experiments += (Experiment("edited", "rebuild", after="image", edit=Edit(**trial.edit)),)
    if trial.measure.startswith("app."):
        experiments += (Experiment("app", "start", after="image", ready="/"),)
    outcome = _run(slot, key, trial.files, experiments)
    return measuring.answer(outcome, trial.measure), outcome.engine


def measure(slot: Slot, example: Example, side: str) -> tuple[dict[str, float], str]:
    """({measure: number}, engine) of one side. A slot of its own for each: the second must not find a warm cache."""
    files, name = dict(example.sides[side].files), f"{example.name}-{side}"
    lab = specs.catalogue().get(example.grade)
    if stacks.SCRIPT in files:
        outcome = stacks.run(slot, name, files, _given(lab) if lab else {})
    else:
        experiments = tuple(_experiment(data) for data in example.experiments) or (BUILD,)
        if example.probe:
            files["Dockerfile"] += f"\n{example.probe}\n"
        outcome = _run(slot, name, files, experiments, lab.context if lab else {})
    return {one.id: measuring.number(outcome, one.take) for one in example.measures}, outcome.engine


def graded(slot: Runs, example: Example) -> Grade:
    """The grade of the good side in its lab, as it is shown. What the lab asks for besides is its starter's."""
    lab = specs.catalogue()[example.grade]
    shown = example.sides["good"].files
    files = {name: shown.get(name) or lab.starter[name] for name in lab.files}
    return grade_in(slot, lab, files | {name: shown[name] for name in lab.extra_files if name in shown}, lambda _: None)


def kept(example: Example, sides: Mapping[str, tuple[dict[str, float], str]]) -> dict[str, Any]:
    """What is stored of both sides: {"digest", "engine", "figures": {measure: {side: number}}}."""
    figures = {one.id: {side: sides[side][0][one.id] for side in SIDES} for one in example.measures}
    return {"digest": example.digest, "engine": sides["good"][1], "figures": figures}


def _given(lab: Lab) -> dict[str, dict[str, bytes]]:
    """The images that the lab builds for its learners, by tag: their files, with a Dockerfile."""
    built = [one for one in lab.experiments if one.kind == "build" and one.dockerfile and one.tag]
    return {one.tag: {**lab.context, "Dockerfile": lab.context[one.dockerfile]} for one in built}


def _run(
    slot: Runs,
    name: str,
    files: Mapping[str, str],
    experiments: tuple[Experiment, ...],
    around: Mapping[str, bytes] | None = None,
) -> Outcome:
    """`around`: files of the build context that the example does not bring."""
    context = {**(around or {}), **{path: text.encode() for path, text in files.items() if path != "Dockerfile"}}
    plan = Plan(name, context, {"Dockerfile": files["Dockerfile"]}, experiments)
    return slot.run(plan, lambda event: None)


def _experiment(data: Mapping[str, Any]) -> Experiment:
    """As a lab.toml declares it; SpecError when it is no experiment."""
    try:
        return specfile.ExperimentTable.model_validate(data).value()
    except ValueError as error:
        raise SpecError("example.toml", "experiment", str(error)) from error
