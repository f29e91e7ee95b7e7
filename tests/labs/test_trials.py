from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from labs import trials
from labs.errors import SpecError
from labs.measuring import NotMeasured
from lessons import content
from lessons.examples import Example, Measure, Side
from lessons.quiz.questions import Trial
from sandbox.door import Slot
from sandbox.facts import Outcome
from sandbox.plan import Emit, Plan
from tests import factories

EXAMPLES = content.load("containerization").examples or {}


@dataclass
class FakeSlot:
    """A slot in which every experiment went as `says` tells."""

    says: Callable[[Plan], Outcome]
    plans: list[Plan] = field(default_factory=list)

    def run(self, plan: Plan, emit: Emit) -> Outcome:
        self.plans.append(plan)
        return self.says(plan)


def fake(says: Callable[[Plan], Outcome]) -> Slot:
    return cast(Slot, FakeSlot(says))


def outcome(plan: Plan) -> Outcome:
    size = len(plan.files["Dockerfile"])
    return Outcome({"image": factories.build(size=size), "edited": factories.rebuild(kept=3)}, engine="engine 1")


def test_a_trial_is_a_plan_with_the_questions_files() -> None:
    slot = FakeSlot(outcome)
    said = trials.try_out(
        slot, "q#1", Trial({"Dockerfile": "FROM a\n", "app.py": "x"}, "edited.rerun|len", {"file": "app.py"})
    )
    assert said == ("1", "engine 1")
    plan = slot.plans[0]
    assert plan.context == {"app.py": b"x"} and plan.files == {"Dockerfile": "FROM a\n"}
    assert [(one.id, one.kind, one.after) for one in plan.experiments] == [
        ("image", "build", None),
        ("edited", "rebuild", "image"),
    ]


def test_every_predict_question_has_a_trial_for_each_variant() -> None:
    asked = [one for one in content.load("containerization").questions if one.type == "predict"]
    for question in asked:
        found = dict(trials.trials(question))
        assert len(found) == question.variant_count
        assert all("{" not in trial.files["Dockerfile"].replace("${TAG}", "") for trial in found.values())


def example(**experiment: str) -> Example:
    def side(text: str) -> Side:
        return Side("t", "", ("Dockerfile",), {"Dockerfile": text})

    measures = (Measure("size", "Size", "image.size", "", {"bad": "b", "good": "g"}, {}),)
    sides = {"bad": side("FROM a\nRUN b\n"), "good": side("FROM a\n")}
    return Example("one", "", "", "RUN c", sides, (experiment,) if experiment else (), measures, "digest", "")


def test_both_sides_of_an_example_are_measured() -> None:
    sides = {side: trials.measure(fake(outcome), example(), side) for side in ("bad", "good")}
    assert trials.kept(example(), sides) == {
        "digest": "digest",
        "engine": "engine 1",
        "figures": {"size": {"bad": 20.0, "good": 14.0}},  # with the probe below
    }


def test_the_files_of_its_lab_are_there_when_an_example_is_measured() -> None:
    slot = FakeSlot(outcome)
    trials.measure(cast(Slot, slot), replace(example(), grade="hello-image"), "good")
    assert {"app.py", "credentials.env"} <= slot.plans[0].context.keys()
    assert slot.plans[0].files["Dockerfile"] == "FROM a\n\nRUN c\n"


def test_what_is_graded_is_what_is_shown() -> None:
    """The probe is not in it, and what the lab asks for besides is its starter's."""
    slot = FakeSlot(lambda plan: Outcome({}))
    trials.graded(slot, EXAMPLES["what-the-client-sends"])
    assert slot.plans[0].files == dict(EXAMPLES["what-the-client-sends"].sides["good"].files)
    trials.graded(slot, EXAMPLES["who-is-process-1"])
    assert set(slot.plans[1].files) == {"Dockerfile", ".dockerignore"}


def test_an_experiment_that_is_none_is_a_slip() -> None:
    with pytest.raises(SpecError):
        trials.measure(fake(outcome), example(id="image", kind="build", colour="red"), "bad")


@pytest.mark.parametrize(
    "name", [name for name in sorted(EXAMPLES) if "trial.sh" not in EXAMPLES[name].sides["bad"].files]
)
def test_every_example_of_the_lesson_can_be_planned(name: str) -> None:
    slot = FakeSlot(lambda plan: Outcome({}))
    with pytest.raises(NotMeasured):
        trials.measure(cast(Slot, slot), EXAMPLES[name], "bad")
    assert slot.plans[0].experiments


@pytest.mark.engine
@pytest.mark.parametrize("side", ["bad", "good"])
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_figures_on_the_page_are_what_happens(slot: Slot, name: str, side: str) -> None:
    measured, _ = trials.measure(slot, EXAMPLES[name], side)
    for one in EXAMPLES[name].measures:
        if one.unit != "s":  # how long it takes is this machine's own
            assert measured[one.id] == pytest.approx(one.values[side], rel=0.1), (
                one.title
            )  # memory is counted in steps of 10 MB


@pytest.mark.engine
def test_a_trial_on_the_real_engine_says_what_happened(slot: Slot) -> None:
    files = {"Dockerfile": 'FROM debian:12-slim\nRUN cd /srv\nRUN echo "AT=$(pwd)"\n'}
    assert trials.try_out(slot, "q", Trial(files, "printed AT"))[0] == "/"
