from __future__ import annotations

import pytest

from labs.measuring import NotMeasured, answer, number
from sandbox.facts import Layer, LimitHit, Outcome
from tests import factories

LAYERS = (
    Layer("base", "2026-01-01T00:00:00Z", 70_000_000, False),
    Layer("RUN a", "2026-01-02T00:00:00Z", 10_000_200, False),
    Layer("RUN b", "2026-01-02T00:00:01Z", 400, False),
)
LOG = '#5 [2/3] RUN echo "AT=$(pwd)"\n#5 0.112 AT=/\n#6 0.05 FILES=3\nFILES=6\n'
OUTCOME = Outcome(
    {
        "image": factories.build(layers=LAYERS, base_layers=1, size=80_000_600),
        "edited": factories.rebuild(kept=3),
        "app": factories.start(factories.process(0), factories.process(0, 7)),
    },
    log=LOG,
)


@pytest.mark.parametrize(
    ("take", "said"),
    [
        ("image.ok", "yes"),
        ("image.size", "80000600"),
        ("image.layers|len", "3"),
        ("image.layers|own|size|sum|MB", "10"),
        ("edited.rerun|len", "1"),
        ("edited.build.seconds", "0.6"),
        ("app.processes|first|effective_capabilities|len", "3"),
        ("printed AT", "/"),
        ("printed FILES", "6"),
    ],
)
def test_a_figure_is_taken_out_of_the_facts(take: str, said: str) -> None:
    assert answer(OUTCOME, take) == said


def test_processes_are_counted_as_they_were_seen_first() -> None:
    assert answer(OUTCOME, "app.processes|first sample|len") == "0"  # the factory's are of the second look


def test_a_number_is_a_number() -> None:
    assert number(OUTCOME, "printed FILES") == 6.0
    with pytest.raises(NotMeasured, match="is no number"):
        number(OUTCOME, "printed AT")


@pytest.mark.parametrize("take", ["other.ok", "image.colour", "image.layers|colour", "printed NOTHING"])
def test_what_is_not_there_is_said(take: str) -> None:
    with pytest.raises(NotMeasured):
        answer(OUTCOME, take)


def test_the_reason_is_the_limit_that_stopped_it() -> None:
    with pytest.raises(NotMeasured, match="limit memory"):
        answer(Outcome({}, limit=LimitHit("memory", 512, "MB")), "image.ok")
