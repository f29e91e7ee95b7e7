"""`$NAME` and `${NAME…}` in a Dockerfile, and the shell words of one line, as BuildKit reads them.

Work is counted and bounded: a few lines that each double the one before could otherwise fill the memory. What
exceeds the bounds raises ExpansionError, like what cannot be resolved; the engine then has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox import globs

# Go's unicode.IsSpace, which differs from Python's str.isspace by the separators U+001C to U+001F.
SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
SPACES = frozenset(SPACE)
DEEPEST = 50  # of `${a:-${b:-…}}`; people write two
LONGEST = 4096  # characters of one result: a reference has at most 383
WORK = 200_000  # characters of one file's expansions together; real files need a few hundred
_PIECES = re.compile(f"[{SPACE}]+|[^{SPACE}]+")
_SWALLOWED = "\t\r "  # by BuildKit after `<<`
_SPECIAL = "@*#?-$!0"
_MODIFIERS = "+-?#%"

# None as a value: it is set, and nobody here can tell to what.
Values = Mapping[str, str | None]


class ExpansionError(ValueError):
    """The text cannot be expanded, or not within the bounds."""


@dataclass(slots=True)
class Work:
    """What is left of a file's allowance."""

    left: int = WORK

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise ExpansionError("too much to expand")


@dataclass(slots=True)
class Words:
    """Collects words: unquoted white space separates them, quoted white space does not."""

    done: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    heredocs: bool = False  # white space after `<<` does not end a word

    def add(self, text: str) -> None:
        opened = False
        for piece in _PIECES.findall(text):
            if piece[0] not in SPACES:
                self.parts.append(piece)
                opened = self.heredocs and _opens(piece)
                continue
            kept = len(piece) - len(piece.lstrip(_SWALLOWED)) if opened else 0
            if kept:
                self.parts.append(piece[:kept])
            if kept < len(piece):
                self.end()

    def add_raw(self, text: str) -> None:
        if text:
            self.parts.append(text)

    def end(self) -> None:
        if self.parts:
            self.done.append("".join(self.parts))
            self.parts = []


def _opens(piece: str) -> bool:
    """Does the text end with `<<`, where BuildKit reads two at a time?"""
    signs = len(piece) - len(piece.rstrip("<"))
    return signs > 0 and signs % 2 == 0


@dataclass(slots=True)
class Lexer:
    """Reads one text. `values` None keeps every `$NAME` as it is written."""

    text: str
    values: Values | None = None
    escape: str = "\\"
    raw_quotes: bool = False
    raw_escapes: bool = False
    work: Work = field(default_factory=Work)
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        character = self.peek()
        self.at += 1
        return character

    def until(self, stop: str, raw: bool, words: Words | None = None) -> str:
        """The processed text up to the character `stop`, or to the end where `stop` is empty."""
        before, self.raw_escapes, self.depth = self.raw_escapes, raw, self.depth + 1
        if self.depth > DEEPEST:
            raise ExpansionError("nested too deeply")
        out: list[str] = []
        plain = re.compile(f"[^$'\"{re.escape(self.escape + stop)}]+")
        while self.at < len(self.text) and self.peek() != stop:
            run = plain.match(self.text, self.at)
            if run:
                self.at = run.end()
                out.append(run.group())
                if words is not None:
                    words.add(run.group())
                continue
            self._special(out, words)
        if stop and self.next() != stop:
            raise ExpansionError(f"{stop} is missing")
        self.raw_escapes, self.depth = before, self.depth - 1
        return "".join(out)

    def _special(self, out: list[str], words: Words | None) -> None:
        """One quoted part, one variable or one escaped character."""
        words = words if words is not None else Words()
        character = self.peek()
        if character == "$":
            out.append(self._dollar())
            words.add(out[-1])
        elif character == "'":
            out.append(self._single())
            words.add_raw(out[-1])
        elif character == '"':
            out.append(self._double())
            words.add_raw(out[-1])
        else:
            self.at += 1
            out.append((character if self.raw_escapes else "") + self.next())
            words.add_raw(out[-1])

    def _single(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise ExpansionError("a single quote is not closed")
        inner, self.at = self.text[self.at + 1 : end], end + 1
        return f"'{inner}'" if self.raw_quotes else inner

    def _double(self) -> str:
        quote = '"' if self.raw_quotes else ""
        self.at += 1
        out = [quote]
        while character := self.peek():
            if character == '"':
                self.at += 1
                return "".join([*out, quote])
            if character == "$":
                out.append(self._dollar())
                continue
            self.at += 1
            if character == self.escape:
                if self.raw_escapes:
                    out.append(character)
                if not self.peek():
                    continue
                if self.peek() in f'"${self.escape}':
                    character = self.next()
            out.append(character)
        raise ExpansionError("a double quote is not closed")

    def _dollar(self) -> str:
        self.at += 1
        if self.peek() != "{":
            name = self._name()
            return self._value(name, f"${name}") if name else "$"
        self.at += 1
        if self.peek() in ("", "{", "}", ":"):
            raise ExpansionError("bad substitution")
        name, modifier = self._name(), self.next()
        if modifier == "}":
            return self._value(name, f"${{{name}}}")
        if modifier == "/":
            return self._replaced(name)
        empty_counts = modifier != ":"
        if not empty_counts:
            modifier = self.next()
        elif modifier not in _MODIFIERS or not modifier:
            raise ExpansionError("unsupported modifier")
        word = self.until("}", raw=modifier in ("#", "%"))
        if self.values is None:
            return f"${{{name}{'' if empty_counts else ':'}{modifier}{word}}}"
        return self._modified(name, modifier, word, empty_counts=empty_counts)

    def _modified(self, name: str, modifier: str, word: str, *, empty_counts: bool) -> str:
        value, known = self._get(name)
        there = known and (empty_counts or bool(value))
        if modifier == "-":
            return value if there else word
        if modifier == "+":
            return word if there else ""
        if modifier == "?":
            if not there:
                raise ExpansionError(f"{name}: {word or 'is not set'}")
            return value
        if modifier not in ("#", "%"):
            raise ExpansionError("unsupported modifier")
        longest = word.startswith(modifier)
        self.work.spend(len(value) * len(word))
        try:
            return globs.trimmed(value, word[1:] if longest else word, end=modifier == "%", longest=longest)
        except ValueError as error:
            raise ExpansionError(str(error)) from error

    def _replaced(self, name: str) -> str:
        everywhere = self.peek() == "/"
        self.at += everywhere
        pattern = self.until("/", raw=True)
        replacement = self.until("}", raw=True)
        if self.values is None:
            return f"${{{name}/{pattern}/{replacement}}}"
        value, _ = self._get(name)
        self.work.spend(len(value) * len(pattern))
        try:
            return self._bounded(globs.replaced(value, pattern, replacement, everywhere=everywhere))
        except ValueError as error:
            raise ExpansionError(str(error)) from error

    def _name(self) -> str:
        begin = self.at
        if self.peek() and self.peek() in _SPECIAL and not self.peek().isdecimal():
            self.at += 1
        elif self.peek().isdecimal():
            while self.peek().isdecimal():
                self.at += 1
        else:
            while self.peek() == "_" or self.peek().isalpha() or self.peek().isdecimal():
                self.at += 1
        return self.text[begin : self.at]

    def _value(self, name: str, written: str) -> str:
        return written if self.values is None else self._bounded(self._get(name)[0])

    def _get(self, name: str) -> tuple[str, bool]:
        values = self.values or {}
        if name not in values:
            return "", False
        value = values[name]
        if value is None:
            raise ExpansionError(f"{name} is not known here")
        return value, True

    def _bounded(self, text: str) -> str:
        self.work.spend(len(text))
        return text


def expand(text: str, values: Values, escape: str, work: Work) -> str:
    """`text` with its variables replaced and its quotes removed. ExpansionError where that cannot be told."""
    work.spend(len(text))
    result = Lexer(text, values, escape, work=work).until("", raw=False)
    if len(result) > LONGEST:
        raise ExpansionError("the result is too long")
    return result


def split(text: str, *, raw_quotes: bool, raw_escapes: bool, heredocs: bool = False) -> list[str]:
    """Return the shell words of `text`, variables as written. ExpansionError on a syntax error.

    With `heredocs`, white space after `<<` belongs to the word.
    """
    words = Words(heredocs=heredocs)
    Lexer(text, None, raw_quotes=raw_quotes).until("", raw_escapes, words)
    words.end()
    return words.done
