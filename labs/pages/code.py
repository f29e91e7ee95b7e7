"""A submitted file as numbered, coloured lines that checks can link to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

from lessons.lexer import DockerfileLexer
from sandbox.logs import visible


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    anchor: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class File:
    name: str
    lines: tuple[Line, ...]


def anchor(name: str, line: int) -> str:
    return f"{name}-L{line}"


def files(texts: Mapping[str, str]) -> tuple[File, ...]:
    return tuple(File(name, tuple(_lines(name, text))) for name, text in texts.items())


def _lines(name: str, text: str) -> list[Line]:
    html = highlight(visible(text), _lexer(name), HtmlFormatter(nowrap=True)).rstrip("\n")
    # Pygments escapes the text and closes its spans on every line, so each line stands alone.
    return [
        Line(number, anchor(name, number), mark_safe(line or " "))  # noqa: S308
        for number, line in enumerate(html.split("\n"), 1)
    ]


def _lexer(name: str) -> Lexer:
    if name == "Dockerfile":
        lexer: Lexer = DockerfileLexer()
    else:
        try:
            lexer = get_lexer_for_filename(name)
        except ClassNotFound:
            lexer = TextLexer()
    lexer.stripnl = lexer.ensurenl = False  # line numbers must stay those of the file
    return lexer
