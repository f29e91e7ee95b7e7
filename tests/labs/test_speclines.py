from __future__ import annotations

import pytest

from labs.errors import SpecError
from labs.speclines import line_of
from tests.labs.tiny import LAB_TOML, lab

TEXT = """\
version = 1
hints = [
  "One",
]

[limits]
start_seconds = 5

[[experiment]]
id = "image"

[[experiment]]
id = "app"
port = 8080

[[experiment.request]]
path = "/"

[[experiment.request]]
path = "/notes"

[[experiment]]
id = "edit"
edit = { file = "app.py", old = "a", new = "b" }

[[check]]
id = "builds"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("version", 1),
        ("hints[1]", 2),
        ("limits.start_seconds", 7),
        ("limits", 6),
        ("experiment[1].id", 10),
        ("experiment[2].port", 14),
        ("experiment[2].request[1].path", 17),
        ("experiment[2].request[2].path", 20),
        ("experiment[3].edit.file", 24),
        ("check[1].id", 27),
        ("experiment[3].kind", 22),
        ("experiment[3].request[1].path", 22),
        ("title", None),
        ("", None),
    ],
)
def test_a_key_is_found_where_it_stands_or_else_its_table(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line


def test_a_slip_names_folder_file_line_key_and_fix() -> None:
    line = LAB_TOML.splitlines().index('kind = "start"') + 1
    with pytest.raises(SpecError, match=rf"^tiny/lab.toml:{line}: experiment\[2\].kind: unknown kind “stat”; there"):
        lab('kind = "start"', 'kind = "stat"')


def test_what_is_not_toml_names_the_line_that_cannot_be_read() -> None:
    with pytest.raises(SpecError, match=r"^tiny/lab.toml:1: this is not TOML"):
        lab("version = 3", "version = three")
