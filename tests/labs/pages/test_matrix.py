from __future__ import annotations

from labs.pages.matrix import matrix
from tests import factories
from tests.labs import facts as made


def test_every_service_is_a_row_and_the_world_outside_the_last_column() -> None:
    links = (
        made.link("web", "api"),
        made.link("web", "db", "silent", 5432),
        made.link("web", "outside"),
        made.link("db", "web", "refused"),
        made.link("db", "web", "silent", 9),
        made.link("db", "outside", "unreachable"),
    )
    shown = matrix(factories.facts({"links": made.matrix(*links, ports=(made.opened(),))}))
    assert shown is not None and shown.targets == ("web", "db", "api", "outside")
    words = [(row.source, [cell.word if cell else None for cell in row.cells]) for row in shown.rows]
    assert words == [
        ("web", [None, "no answer", "connects", "connects"]),
        ("db", ["reached, refused", None, None, "no way"]),
    ]
    assert shown.published == ("8080 leads to web",)


def test_without_links_there_is_no_picture() -> None:
    assert matrix(factories.facts({"links": made.matrix()})) is None
