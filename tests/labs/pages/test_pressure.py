from __future__ import annotations

from labs.pages.pressure import pressure
from tests import factories
from tests.labs import facts as made


def test_every_press_is_a_row() -> None:
    fact = made.pressure(cpus=None, neighbour="clock", neighbour_ms=(2.0, 4.0, 90.0))
    shown = pressure(factories.facts({"pressed": fact}))
    assert shown is not None
    assert [(row.limit, row.wanted, row.got) for row in shown.rows] == [
        ("128 MB", "192 MB", "113 MB"),
        ("64", "128", "60"),
        ("none", "2 processors", "0.31 s in 0.62 s"),
    ]
    assert (shown.neighbour, shown.usual, shown.longest) == ("clock", "4 ms", "90 ms")


def test_without_a_neighbour_there_is_nobody_to_tell_of() -> None:
    shown = pressure(factories.facts({"pressed": made.pressure()}))
    assert shown is not None and shown.neighbour == ""
