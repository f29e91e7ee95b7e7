"""The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `*`, `?` and text.

Matched piece by piece between the stars, never by a backtracking expression: a learner writes both sides.
"""

from __future__ import annotations

import re
from itertools import groupby

ANY, STAR = "?", "*"
Token = tuple[str, bool]  # (character, whether it is a wildcard)


def _tokens(pattern: str) -> list[Token]:
    tokens: list[Token] = []
    characters = iter(pattern)
    for character in characters:
        if character != "\\":
            tokens.append((character, character in (ANY, STAR)))
            continue
        escaped = next(characters, "")
        if escaped not in ("*", "?", "\\", "}", "/") or not escaped:
            raise ValueError("only *, ?, \\, } and / can be escaped in a pattern")
        tokens.append((escaped, False))
    return tokens


def _pieces(tokens: list[Token]) -> list[re.Pattern[str]]:
    """The runs between stars, each of fixed length: `a?b*c` is [`a.b`, `c`]; a star at an end leaves ""."""
    pieces = [""]
    for is_star, run in groupby(tokens, key=lambda token: token == (STAR, True)):
        if is_star:
            pieces.append("")
        else:
            pieces[-1] = "".join("." if wild else re.escape(character) for character, wild in run)
    return [re.compile(piece, re.DOTALL) for piece in pieces]


def _span(pieces: list[re.Pattern[str]], value: str, *, anchored: bool, longest: bool) -> tuple[int, int] | None:
    """Where the pattern matches first. A piece's leftmost place leaves the most room for the next."""
    first = pieces[0].match(value) if anchored else pieces[0].search(value)
    if first is None:
        return None
    end = first.end()
    for piece in pieces[1:]:
        found = piece.search(value, end)
        if found is None:
            return None
        begin, end = found.span()
    if longest and len(pieces) > 1:
        end = _last(pieces[-1], value, begin)
    return first.start(), end


def _last(piece: re.Pattern[str], value: str, begin: int) -> int:
    """The end of the last occurrence from `begin` on, where there is one at `begin`."""
    width = piece.match(value, begin)
    length = width.end() - width.start() if width else 0
    return next(place + length for place in range(len(value) - length, begin - 1, -1) if piece.match(value, place))


def trimmed(value: str, pattern: str, *, end: bool, longest: bool) -> str:
    """`value` without what the pattern matches at its start (or `end`). ValueError on a bad escape."""
    tokens = _tokens(pattern)
    if end:
        return _without(tokens[::-1], value[::-1], longest=longest)[::-1]
    return _without(tokens, value, longest=longest)


def _without(tokens: list[Token], value: str, *, longest: bool) -> str:
    span = _span(_pieces(tokens), value, anchored=True, longest=longest)
    return value[span[1] :] if span else value


def replaced(value: str, pattern: str, replacement: str, *, everywhere: bool) -> str:
    """`value` with the longest match replaced. ValueError where that depends on the engine."""
    if everywhere and (not pattern.strip("*") or "$" in replacement):
        raise ValueError("a replacement that depends on the engine")
    pieces, out, rest = _pieces(_tokens(pattern)), [], value
    while span := _span(pieces, rest, anchored=False, longest=True):
        out += [rest[: span[0]], replacement]
        rest = rest[span[1] :]
        if not everywhere:
            break
    return "".join([*out, rest])
