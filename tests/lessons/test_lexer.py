from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import Comment, Keyword, Name, String

from lessons.lexer import DockerfileLexer


def tokens(text: str) -> list[tuple[object, str]]:
    return [(kind, value) for _, kind, value in DockerfileLexer().get_tokens_unprocessed(text) if value.strip()]


def test_flags_of_buildkit_are_told_from_words() -> None:
    found = tokens("RUN --mount=type=cache,target=/root/.cache --network=none pip install x\n")
    assert (Keyword, "RUN") in found
    assert [value for kind, value in found if kind is Name.Attribute] == ["--mount", "--network"]
    assert (Name.Attribute, "--from") in tokens("COPY --from=build --link /a /b\n")


def test_a_heredoc_is_a_body_and_not_instructions() -> None:
    found = tokens("COPY <<EOF /etc/motd\nFROM here to there\nEOF\nUSER 1000\n")
    assert (String.Heredoc, "FROM here to there") in found
    assert (String.Delimiter, "EOF") in found
    assert [value for kind, value in found if kind is Keyword] == ["COPY", "USER"]


def test_a_heredoc_of_run_is_a_shell_script_and_tabs_are_chomped() -> None:
    found = tokens("RUN <<-'DONE'\n\tif true; then echo yes; fi\n\tDONE\nCMD [\"app\"]\n")
    assert (String.Delimiter, "\tDONE") in found
    assert (Keyword, "CMD") in found


def test_directives_stand_out_from_comments() -> None:
    found = tokens("# syntax=docker/dockerfile:1\n# a note\nFROM scratch\n")
    assert found[0][0] is Comment.Preproc and found[1][0] is Comment


def test_a_continued_line_is_no_new_instruction() -> None:
    found = tokens("RUN apt-get update \\\n && apt-get install -y curl\nENV A=1\n")
    assert [value for kind, value in found if kind is Keyword and value.isupper()] == ["RUN", "ENV"]


@given(st.text(alphabet=st.sampled_from("FROMRUNCOPY<-'\"\\$ {}=#\nEOFab "), max_size=120))
def test_no_text_is_lost(text: str) -> None:
    text = text.replace("\r", "")
    assert "".join(value for _, _, value in DockerfileLexer().get_tokens_unprocessed(text)) == text


@pytest.mark.parametrize("alias", ["dockerfile", "docker"])
def test_it_answers_to_its_names(alias: str) -> None:
    assert alias in DockerfileLexer.aliases
