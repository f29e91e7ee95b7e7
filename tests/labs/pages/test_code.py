from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from labs.pages.code import files

NAMES = ["Dockerfile", ".dockerignore", "entrypoint.sh", "compose.yaml", "requirements.txt"]


@given(
    st.sampled_from(NAMES),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n\t<>&"')),
)
def test_every_line_of_the_file_is_one_line_of_the_page_and_escaped(name: str, text: str) -> None:
    (shown,) = files({name: text})
    expected = text.rstrip("\n").count("\n") + 1
    assert len(shown.lines) == expected
    for line in shown.lines:
        assert not re.search(r"<(?!/?span)", line.html)
        assert line.html.count("<span") == line.html.count("</span>")


def test_lines_are_numbered_from_one_with_an_anchor() -> None:
    (shown,) = files({"Dockerfile": "\n\nFROM x\n"})
    assert [line.anchor for line in shown.lines] == ["Dockerfile-L1", "Dockerfile-L2", "Dockerfile-L3"]
    assert "FROM" in shown.lines[2].html
