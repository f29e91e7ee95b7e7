"""Fenced code in Markdown, highlighted by lexers of our choice; the page's style sheet has the colours."""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

from lessons.lexer import DockerfileLexer

_FENCE = re.compile(r"^```(?P<language>[\w+-]*)[^\n]*\n(?P<code>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def lexer(language: str) -> Lexer:
    if language in DockerfileLexer.aliases:
        return DockerfileLexer()
    try:
        found: Lexer = get_lexer_by_name(language)
    except ClassNotFound:
        found = TextLexer()
    return found


def code(text: str, language: str) -> str:
    """HTML of a listing."""
    return highlight(text, lexer(language), HtmlFormatter(cssclass="highlight", wrapcode=True))


class _Preprocessor(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        def stored(found: re.Match[str]) -> str:
            return "\n" + self.md.htmlStash.store(code(found["code"], found["language"])) + "\n"

        return _FENCE.sub(stored, "\n".join(lines)).split("\n")


class Fences(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # the library's name
        md.preprocessors.register(_Preprocessor(md), "fences", 25)
