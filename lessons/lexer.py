"""A Dockerfile lexer that knows heredocs and BuildKit's flags, where Pygments' own reads them as text or as words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import BashLexer
from pygments.token import Comment, Keyword, Name, Operator, String, Text, Token

_TokenType = Any
_INSTRUCTION = re.compile(
    r"^(\s*)(FROM|RUN|CMD|LABEL|MAINTAINER|EXPOSE|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ARG|ONBUILD|STOPSIGNAL|"
    r"HEALTHCHECK|SHELL)(?=\s|$)",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(r"^#\s*(syntax|escape|check)\s*=", re.IGNORECASE)
_HEREDOC = re.compile(r"<<(-?)(['\"]?)([A-Za-z_][\w.-]*)\2")
_WORDS = re.compile(
    r"(?P<flag>--[a-z][a-z-]*)|(?P<equals>=)|(?P<string>\"(?:\\.|[^\"\\])*\"|'[^']*')"
    r"|(?P<variable>\$\{[^}]*\}|\$\w+)|(?P<heredoc><<-?['\"]?[A-Za-z_][\w.-]*['\"]?)|(?P<as>\b(?:AS|as)\b)"
    r"|(?P<more>\\$)|(?P<text>\s+|[^\s\"'$=\\<-]+|.)"
)
_TOKENS = {
    "flag": Name.Attribute,
    "equals": Operator,
    "string": String,
    "variable": Name.Variable,
    "heredoc": String.Heredoc,
    "as": Keyword,
    "more": String.Escape,
    "text": Text,
}
_SHELLED = {"RUN", "CMD", "ENTRYPOINT"}
_FLAGS = re.compile(r"(?:\s*--[a-z][a-z-]*(?:=(?:\"[^\"]*\"|\S)+)?)*")


class DockerfileLexer(Lexer):
    """Line by line, as BuildKit reads: directive, comment, instruction with its flags, heredoc bodies as they are."""

    name = "Dockerfile (BuildKit)"
    aliases = ["dockerfile", "docker"]
    filenames = ["Dockerfile", "*.docker"]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
        at, continued, shelled = 0, False, False
        waiting: list[tuple[bool, str]] = []  # heredocs to come: (tabs are chomped, the word that ends it)
        for line in text.splitlines(keepends=True):
            body, end = line.rstrip("\n"), line[len(line.rstrip("\n")) :]
            if waiting:
                tokens: Iterator[tuple[_TokenType, str]] = _heredoc(body, waiting, shell=shelled)
            elif body.lstrip().startswith("#"):
                tokens = iter([(Comment.Preproc if _DIRECTIVE.match(body) and at == 0 else Comment, body)])
            else:
                found = None if continued else _INSTRUCTION.match(body)
                if found:
                    shelled = found[2].upper() in _SHELLED
                tokens = _line(body, found, shell=shelled)
                waiting = [(bool(one[1]), one[3]) for one in _HEREDOC.finditer(body)]
                continued = body.rstrip().endswith("\\")
            for kind, value in [*tokens, (Text.Whitespace, end)]:
                if value:
                    yield at, kind, value
                    at += len(value)


def _line(body: str, found: re.Match[str] | None, *, shell: bool) -> Iterator[tuple[_TokenType, str]]:
    rest = body
    if found:
        yield Text.Whitespace, found[1]
        yield Keyword, found[2]
        rest = body[found.end() :]
    if not shell:
        yield from _words(rest)
        return
    flags = _FLAGS.match(rest)
    head = flags[0] if flags else ""
    yield from _words(head)
    heredoc = _HEREDOC.search(rest, len(head))
    if rest.lstrip().startswith("[") or heredoc:
        yield from _words(rest[len(head) :])
    else:
        yield from _shell(rest[len(head) :])


def _words(text: str) -> Iterator[tuple[_TokenType, str]]:
    for one in _WORDS.finditer(text):
        yield _TOKENS[str(one.lastgroup)], one[0]


def _shell(text: str) -> Iterator[tuple[_TokenType, str]]:
    for _, kind, value in BashLexer().get_tokens_unprocessed(text):
        yield (Text if kind is Token.Text else kind), value


def _heredoc(body: str, waiting: list[tuple[bool, str]], *, shell: bool) -> Iterator[tuple[_TokenType, str]]:
    chomp, word = waiting[0]
    if (body.lstrip("\t") if chomp else body) == word:
        waiting.pop(0)
        yield String.Delimiter, body
    elif shell:
        yield from _shell(body)
    else:
        yield String.Heredoc, body
