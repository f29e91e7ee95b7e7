from __future__ import annotations

import pytest

from sandbox.plan import fill


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("hello {word}", "hello 7f3a"),
        ("{word}{word}", "7f3a7f3a"),
        ('{"json": "{word}"}', '{"json": "7f3a"}'),
        ("{other} {} {{word}}", "{other} {} {7f3a}"),
        ("{0} %s {word!r}", "{0} %s {word!r}"),
        ("", ""),
    ],
)
def test_only_this_runs_own_names_are_filled_in(text: str, filled: str) -> None:
    assert fill(text, {"word": "7f3a"}) == filled


def test_without_values_nothing_changes() -> None:
    assert fill("{word}", {}) == "{word}"
