"""Heredocs: which ones a line opens, and the words that close them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.expansion import ExpansionError, split

_WORD = re.compile(r"([0-9]*)<<(-?)([\t\n\f\r ]*)([^<]*)")


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A text that a line of the Dockerfile carries with it, up to a line that holds only `name`."""

    name: str
    expand: bool  # no part of the word was quoted: variables in it are replaced
    chomp: bool  # `<<-`: leading tabs do not count
    descriptor: int = 0
    content: str = ""  # as written, tabs included
    start_line: int = 0  # of the content, 1-based
    end_line: int = 0  # of the closing word
    spaced: bool = False  # white space after `<<`, which engines before BuildKit 0.22 take for no heredoc


def opened_by(line: str) -> list[Heredoc]:
    """The heredocs that a line opens, in order. ValueError: one has quotes that do not match."""
    if "<<" not in line:
        return []
    try:
        words = split(line, raw_quotes=True, raw_escapes=True, heredocs=True)
    except ExpansionError:
        return []  # what the lexer cannot read opens no heredoc: the shell will judge it
    return [heredoc for word in words if (heredoc := of(word)) is not None]


def of(word: str) -> Heredoc | None:
    """The heredoc that one shell word opens. ValueError: its quotes do not match."""
    match = _WORD.fullmatch(word)
    if match is None or not match[4]:
        return None
    names = split(match[4], raw_quotes=False, raw_escapes=False)
    if len(names) != 1:
        return None
    raw = split(match[4], raw_quotes=True, raw_escapes=False)
    if len(raw) != 1:
        raise ExpansionError("the heredoc's word cannot be read")
    expand, chomp = _quotes(names[0]) == _quotes(raw[0]), match[2] == "-"
    return Heredoc(names[0], expand, chomp, int(match[1][:9] or 0), spaced=bool(match[3]))


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')
