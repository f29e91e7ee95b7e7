from __future__ import annotations

from django.template.loader import render_to_string

from labs.pages.syscalls import CallTable, syscalls
from tests import factories
from tests.labs.syscalls import syscalls as fact
from tests.labs.syscalls import tried


def shown(**fields: object) -> CallTable | None:
    calls = (
        tried("read", "needed", "allowed"),
        tried("write", "needed"),
        tried("mkdir", "forbidden"),
        tried("chmod", "forbidden", "partly"),
        tried("tee", ""),
        tried("cachestat", "", "unknown"),
    )
    return syscalls(factories.facts({"calls": fact(*calls, **fields)}))


def test_calls_stand_in_groups_with_wrong_ones_first() -> None:
    table = shown()
    assert table is not None and table.default == "SCMP_ACT_ERRNO"
    said = [
        (group.title, group.right, [(row.name, row.tone, row.word) for row in group.rows]) for group in table.groups
    ]
    assert said == [
        ("Needed", "1 of 2 let through", [("write", "failed", "refused: EPERM"), ("read", "passed", "let through")]),
        (
            "Forbidden",
            "1 of 2 refused",
            [("chmod", "failed", "let through for some arguments"), ("mkdir", "passed", "refused: EPERM")],
        ),
        ("On no list of the lab's", "1 of 1 refused", [("tee", "", "refused: EPERM")]),
    ]


def test_only_a_group_with_something_wrong_is_unfolded() -> None:
    table = shown()
    assert table is not None
    assert [group.open for group in table.groups] == [True, True, False]


def test_the_table_is_drawn() -> None:
    page = render_to_string("labs/_syscalls.html", {"picture": shown()})
    assert "<code>chmod</code>" in page and "let through for some arguments" in page


def test_a_profile_that_was_not_loaded_has_no_picture() -> None:
    assert shown(loaded=False) is None
