"""The picture of a connection matrix: who reached whom, a row a service. Reads stored JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labs.pages.picture import Facts, kind

OUTSIDE = "outside"
# Best first: two services may have several ports and addresses.
WORDS = {"open": "connects", "refused": "reached, refused", "silent": "no answer", "unreachable": "no way"}
_ORDER = tuple(WORDS)


@dataclass(frozen=True, slots=True)
class Cell:
    """`reached`: a connection got there, whether or not anybody listened. None of it: a service and itself."""

    sign: str
    word: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Row:
    source: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class MatrixTable:
    targets: tuple[str, ...]
    rows: tuple[Row, ...]
    published: tuple[str, ...]  # what the machine opened, in words


def matrix(facts: Facts) -> MatrixTable | None:
    found = next((fact for fact in facts.values() if kind(fact) == "matrix"), None)
    if found is None or not found["links"]:
        return None
    sources = list(dict.fromkeys(str(link["source"]) for link in found["links"]))
    asked = list(dict.fromkeys(str(link["target"]) for link in found["links"]))
    targets = [name for name in (*sources, *asked) if name in asked and name != OUTSIDE]
    columns = (*dict.fromkeys(targets), OUTSIDE)
    rows = tuple(Row(source, tuple(_cell(found["links"], source, target) for target in columns)) for source in sources)
    ports = tuple(f"{one['port']['host_port']} leads to {one['service']}" for one in found["opened"])
    return MatrixTable(columns, rows, ports)


def _cell(links: list[Mapping[str, Any]], source: str, target: str) -> Cell | None:
    tried = [str(link["reach"]) for link in links if (link["source"], link["target"]) == (source, target)]
    if not tried:
        return None
    best = min(tried, key=lambda reach: _ORDER.index(reach) if reach in WORDS else len(_ORDER))
    reached = best in {"open", "refused"}
    return Cell("→" if reached else "⊘", WORDS.get(best, best), reached)
