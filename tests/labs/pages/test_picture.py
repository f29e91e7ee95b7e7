from __future__ import annotations

import pytest

from labs.pages import picture
from sandbox.facts import Fact
from tests import factories


@pytest.mark.parametrize(
    ("created_by", "shown"),
    [
        ("RUN /bin/sh -c pip install x # buildkit", "RUN pip install x"),
        ("|1 VERSION=3 /bin/sh -c make", "RUN make"),
        ("RUN |1 VERSION=3 /bin/sh -c make # buildkit", "RUN make"),
        ("COPY . . # buildkit", "COPY . ."),
        ("/bin/sh -c apt-get update", "RUN apt-get update"),
    ],
)
def test_a_layer_is_shown_as_its_author_wrote_it(created_by: str, shown: str) -> None:
    assert picture.instruction(created_by) == shown


def test_a_process_is_shown_as_it_was_seen_last_and_root_first() -> None:
    facts = factories.facts({"app": factories.start(factories.process(33, 1), factories.process(0, 9))})
    assert [(row.pid, row.root) for row in picture.processes(facts)] == [(9, True), (1, False)]


def test_a_process_with_any_root_id_is_root() -> None:
    start = factories.facts({"app": factories.start(factories.process(33))})
    start["app"]["processes"][0]["uids"] = [33, 33, 0, 33]
    assert picture.processes(start)[0].root


def test_rebuilds_show_each_layer_and_each_edit() -> None:
    facts: dict[str, Fact] = {"image": factories.build(), "code": factories.rebuild(kept=3)}
    facts["all"] = factories.rebuild("x", 0)
    shown = picture.rebuilds(factories.facts(facts))
    assert shown is not None
    assert shown.edits == ("app.py", "x")
    assert [row.kept for row in shown.layers] == [(True, False), (True, False), (True, False), (False, False)]
    assert [(bar.label, bar.tone) for bar in shown.bars] == [
        ("First build", "neutral"),
        ("app.py changed", "passed"),
        ("x changed", "neutral"),
    ]


def test_without_rebuilds_there_is_no_picture_of_them() -> None:
    assert picture.rebuilds({}) is None
    assert picture.processes({}) == ()
