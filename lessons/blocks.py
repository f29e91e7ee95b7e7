"""The body of a section: Markdown with a few named blocks between `::: kind title` and `:::`.

    ::: bad Every edit installs everything again
    ...Markdown...
    :::

Kinds: `bad` and `good` (side by side when they follow each other), `measure` (rows `label | number | shown | tone`),
`why`, and `question` (its answer after a line `---`). Text outside of blocks is plain Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lessons.errors import ContentError
from lessons.rendering import to_html

KINDS = {"bad", "good", "measure", "why", "question"}
OPENING = re.compile(r"^::: *(?P<kind>[\w-]+) *(?P<title>.*)$")
TONES = {"passed", "failed", "limit", "running"}


@dataclass(frozen=True, slots=True)
class Row:
    """One bar: `percent` of the longest bar (0 to 100), and the value as it is shown."""

    label: str
    percent: float
    shown: str
    tone: str


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section, ready for the template. `html` is sanitised."""

    kind: str  # text, compare, bad, good, measure, why, question
    title: str = ""
    html: str = ""
    answer: str = ""
    rows: tuple[Row, ...] = ()
    children: tuple[Block, ...] = ()


def parse(file: str, lines: list[str], first_line: int) -> tuple[Block, ...]:
    """Blocks of a section's body. `first_line` is the 1-based line of `lines[0]`, for messages."""
    blocks: list[Block] = []
    text: list[str] = []
    at = 0
    while at < len(lines):
        opening = OPENING.match(lines[at])
        if opening is None:
            text.append(lines[at])
            at += 1
            continue
        blocks += _text(text)
        text = []
        end = _closing(file, lines, at, first_line)
        blocks.append(_named(file, first_line + at, opening["kind"], opening["title"].strip(), lines[at + 1 : end]))
        at = end + 1
    return _paired([*blocks, *_text(text)])


def _closing(file: str, lines: list[str], at: int, first_line: int) -> int:
    for end in range(at + 1, len(lines)):
        if lines[end].rstrip() == ":::":
            return end
        if OPENING.match(lines[end]):
            break
    raise ContentError(file, first_line + at, "this block has no closing `:::`")


def _text(lines: list[str]) -> list[Block]:
    text = "\n".join(lines).strip()
    return [Block("text", html=to_html(text))] if text else []


def _named(file: str, line: int, kind: str, title: str, body: list[str]) -> Block:
    if kind not in KINDS:
        raise ContentError(file, line, f"unknown block “{kind}”; known: {', '.join(sorted(KINDS))}")
    if kind == "measure":
        return Block(kind, title, rows=_rows(file, line, body))
    text, answer = "\n".join(body), ""
    if kind == "question":
        text, divider, answer = text.partition("\n---\n")
        if not divider:
            raise ContentError(file, line, "a question needs its answer after a line `---`")
    return Block(kind, title, html=to_html(text.strip()), answer=to_html(answer.strip()))


def _rows(file: str, line: int, body: list[str]) -> tuple[Row, ...]:
    found: list[tuple[str, float, str, str]] = []
    for offset, text in enumerate(body, start=1):
        cells = [cell.strip() for cell in text.split("|")]
        if not text.strip():
            continue
        if len(cells) != 4 or cells[3] not in TONES or not re.fullmatch(r"\d+(\.\d+)?", cells[1]):
            raise ContentError(file, line + offset, "a bar is `label | number | shown | tone`")
        found.append((cells[0], float(cells[1]), cells[2], cells[3]))
    longest = max((number for _, number, _, _ in found), default=0) or 1
    return tuple(Row(label, round(100 * number / longest, 1), shown, tone) for label, number, shown, tone in found)


def _paired(blocks: list[Block]) -> tuple[Block, ...]:
    """A `bad` directly followed by a `good` becomes one `compare`."""
    paired: list[Block] = []
    for block in blocks:
        if block.kind == "good" and paired and paired[-1].kind == "bad":
            paired[-1] = Block("compare", children=(paired[-1], block))
        else:
            paired.append(block)
    return tuple(paired)
