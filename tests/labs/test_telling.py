from __future__ import annotations

from dataclasses import replace

import pytest

from labs import specs, telling
from labs.specs import Lab
from lessons import content, outside
from sandbox.facts import Fact
from tests import factories

pytestmark = pytest.mark.django_db
LAYERS = "layer-caching"


def graded(facts: dict[str, Fact], slug: str = LAYERS, **fields: object) -> int:
    alice = factories.user()
    lab = factories.lab(slug, title="Order for the cache")
    factories.graded(alice, lab, factories.grade(facts=facts, **{"counted": True} | fields))
    return alice.pk


def test_the_lesson_is_told_which_checks_there_are(lab: Lab) -> None:
    found = outside.checks_by_skill()
    assert [check.id for check in found["dockerfile.non-root"]] == ["builds", "serves", "no-root-process"]
    assert [check.required for check in found["security.no-root"]] == [True, False]


def test_an_own_build_question_is_answered_by_what_was_measured() -> None:
    alice = graded({"source-edit": factories.rebuild("app.py", kept=3)})
    build = telling.own_build(alice, LAYERS, "rerun-on-source-edit")
    assert build is not None and build.title == "Order for the cache, attempt 1"
    assert [(choice.text, choice.right) for choice in build.choices] == [
        ("`WORKDIR /app`", False),
        ("`COPY requirements.txt .`", False),
        ("`RUN pip install -r requirements.txt`", False),
        ("`COPY . .`", True),
    ]
    assert all(choice.why for choice in build.choices)


def test_the_uid_comes_from_the_living_process() -> None:
    alice = graded({"app": factories.start(factories.process(4242))}, "non-root")
    build = telling.own_build(alice, "non-root", "uid-of-process-1")
    assert build is not None
    assert [choice.text for choice in build.choices if choice.right] == ["`4242`"]
    assert len(build.choices) == 5


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"source-edit": replace(factories.rebuild("app.py"), rerun=())},
        {"source-edit": factories.rebuild("docs/ideas.md")},
        {"source-edit": replace(factories.rebuild("app.py"), build=factories.build(ok=False))},
    ],
)
def test_facts_that_cannot_answer_ask_nothing(facts: dict[str, Fact]) -> None:
    assert telling.own_build(graded(facts), LAYERS, "rerun-on-source-edit") is None


def test_what_did_not_count_is_not_asked_about() -> None:
    alice = graded({"source-edit": factories.rebuild("app.py", kept=3)}, counted=False)
    assert telling.own_build(alice, LAYERS, "rerun-on-source-edit") is None


def test_nobody_is_asked_about_the_build_of_another() -> None:
    graded({"source-edit": factories.rebuild("app.py", kept=3)})
    assert telling.own_build(factories.user("bob").pk, LAYERS, "rerun-on-source-edit") is None


def test_every_own_build_question_of_the_lesson_can_be_asked() -> None:
    asks = {question.ask for question in content.load("containerization").questions if question.type == "own"}
    assert asks and asks <= set(telling.ASKS)


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("FROM a\nCOPY . .\n", True),
        ("FROM a\nCOPY app.py docs/ ./\n", True),
        ("FROM a\nCOPY --from=b /x /y\n", True),
        ("FROM a\nCOPY hello.c .\n", False),
    ],
)
def test_an_example_fits_a_lab_that_has_what_it_copies(
    monkeypatch: pytest.MonkeyPatch, text: str, fitting: bool
) -> None:
    lab = factories.lab(context={"app.py": b"", "docs/ideas.md": b""})
    monkeypatch.setattr(specs, "catalogue", lambda: {lab.slug: lab})
    assert telling.fits("non-root", {"Dockerfile": text}) is fitting
    assert not telling.fits("unknown", {"Dockerfile": text})
    assert not telling.fits("non-root", {"compose.yaml": text})
