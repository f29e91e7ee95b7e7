"""`concepts.toml`: what each lab needs, and the section that teaches it.

    [health-check]
    "--start-period" = "health-checks"

A concept is a piece of text that its section holds, in its words or in an example that it shows. So a section that
stops teaching something refuses to load as long as a lab needs it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lessons.errors import ContentError
from lessons.sectionfile import Section

FILE = "concepts.toml"


@dataclass(frozen=True, slots=True)
class Concept:
    lab: str
    text: str
    anchor: str  # of the section that teaches it


def load(path: Path) -> tuple[Concept, ...]:
    """Every concept of every lab, in the order of the file; none without a file."""
    if not path.exists():
        return ()
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(FILE, 1, f"this is not TOML: {error}") from error
    return tuple(Concept(lab, text, anchor) for lab, table in data.items() for text, anchor in table.items())


def check(found: Sequence[Concept], sections: Sequence[Section], path: Path) -> None:
    """ContentError for a concept that its section does not hold, or that is taught after the lab."""
    for concept, message in _complaints(found, {one.anchor: (at, one) for at, one in enumerate(sections)}):
        raise ContentError(FILE, _line(path, concept), message)


def _complaints(found: Sequence[Concept], sections: Mapping[str, tuple[int, Section]]) -> Iterator[tuple[Concept, str]]:
    last = {section.lab: at for at, section in sections.values() if section.lab}
    for one in found:
        if one.lab not in last:
            yield one, f"no section leads to the lab “{one.lab}”"
        elif one.anchor not in sections:
            yield one, f"no section has the anchor “#{one.anchor}”"
        elif sections[one.anchor][0] > last[one.lab]:
            yield one, f"“#{one.anchor}” comes after the lab “{one.lab}”"
        elif one.text.casefold() not in sections[one.anchor][1].source.casefold():
            yield one, f"“#{one.anchor}” does not say “{one.text}”"


def _line(path: Path, concept: Concept) -> int:
    """Where the concept is in the file."""
    lines = path.read_text("utf-8").splitlines()
    start = lines.index(f"[{concept.lab}]") if f"[{concept.lab}]" in lines else 0
    ends = f'= "{concept.anchor}"'
    key = concept.text.replace("\\", "\\\\").replace('"', '\\"')
    found = (at for at, line in enumerate(lines[start:], start + 1) if line.endswith(ends) and key in line)
    return next(found, 1)
