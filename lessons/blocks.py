"""The body of a section: Markdown with a few named blocks between `::: kind title` and `:::`.

    ::: bad Every edit installs everything again
    ...Markdown...
    :::

Kinds: `bad` and `good` (side by side when they follow each other), `measure` (rows `label | number | shown | tone`),
`why`, and `question` (its answer after a line `---`). Three kinds are one line without a body: `example NAME` shows a
folder of `examples/` with its figures, `diagram NAME` a `.drawio` file, and `concepts` which section teaches what a lab
needs. Text outside of blocks is plain Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lessons.diagrams import Diagram
from lessons.errors import ContentError
from lessons.examples import Example, Measure, Side, shown
from lessons.rendering import to_html

KINDS = {"bad", "good", "measure", "why", "question"}
ALONE = {"example", "diagram", "concepts"}  # one line, no body
OPENING = re.compile(r"^::: *(?P<kind>[\w-]+) *(?P<title>.*)$")
LANGUAGES = {"yaml": "yaml", "yml": "yaml", "sh": "bash", "py": "python", "json": "json", "toml": "toml", "c": "c"}
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

    kind: str  # text, compare, bad, good, measure, unmeasured, why, question, example, diagram, concepts
    title: str = ""
    html: str = ""
    answer: str = ""
    rows: tuple[Row, ...] = ()
    children: tuple[Block, ...] = ()
    diagram: Diagram | None = None
    lab: str = ""  # example: where "try it" leads
    name: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the blocks of a lesson may name."""

    diagrams: Mapping[str, Diagram]
    examples: Mapping[str, Example]


def parse(file: str, lines: list[str], first_line: int, parts: Parts) -> tuple[Block, ...]:
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
        if opening["kind"] in ALONE:
            blocks.append(_alone(file, first_line + at, opening["kind"], opening["title"].strip(), parts))
            at += 1
            continue
        end = _closing(file, lines, at, first_line)
        blocks.append(_named(file, first_line + at, opening["kind"], opening["title"].strip(), lines[at + 1 : end]))
        at = end + 1
    return _paired([*blocks, *_text(text)])


def _alone(file: str, line: int, kind: str, name: str, parts: Parts) -> Block:
    if kind == "concepts":
        return Block(kind)
    if kind == "diagram":
        if name not in parts.diagrams:
            raise ContentError(file, line, f"there is no {name}.drawio")
        return Block("diagram", name=name, diagram=parts.diagrams[name])
    if name not in parts.examples:
        raise ContentError(file, line, f"there is no examples/{name}/example.toml")
    example = parts.examples[name]
    sides = tuple(_side(kind, side) for kind, side in example.sides.items())
    figures = tuple(_figure(measure) for measure in example.measures)
    compare = Block("compare", children=sides)
    return Block("example", name=name, lab=example.lab, children=(compare, *figures))


def _side(kind: str, side: Side) -> Block:
    code = "\n".join(_listing(name, side.files[name], named=len(side.show) > 1) for name in side.show)
    return Block(kind, side.title, html=to_html(f"{code}\n\n{side.text}"))


def _listing(name: str, text: str, *, named: bool) -> str:
    language = LANGUAGES.get(name.rpartition(".")[2], "dockerfile" if name.startswith("Dockerfile") else "text")
    return (f"`{name}`\n\n" if named else "") + f"```{language}\n{text.rstrip()}\n```\n"


def _figure(measure: Measure) -> Block:
    if not measure.values:
        return Block("unmeasured", measure.title)
    longest = max(measure.values.values()) or 1
    tones = {"bad": "failed", "good": "passed"}
    rows = tuple(
        Row(measure.labels[side], round(100 * value / longest, 1), shown(value, measure.unit), tones[side])
        for side, value in measure.values.items()
    )
    return Block("measure", measure.title, rows=rows)


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
