"""`expect.toml` → Case. Strict: an unknown key, a family without a folder or a payload that cannot fail refuses."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sandbox.engine.paths import PROJECT
from sandbox.hostile.layers import LAYERS
from sandbox.limits import DEFAULT, Limits

FOLDER = PROJECT / "tests" / "hostile"
EXPECT = "expect.toml"
Via = Literal["submission", "bypass", "client", "door", "form", "page", "queue"]
ENGINE = frozenset({"submission", "bypass", "client"})  # need a leased slot
# In the order in which they are run; the words head each family in the report.
FAMILIES: Mapping[str, str] = {
    "files": "Files that are sent, and the build client that reads them",
    "packages": "The package index",
    "sources": "Other parsers, other sources, other learners",
    "build": "Build steps: resources and escapes",
    "run": "Running apps, and the probe that asks them",
    "output": "Output, pages and what is stored",
    "queue": "The queue, and who may do what",
}
OUTCOMES = frozenset({
    "refused", "not-available", "build-failed", "built", "passed", "not-passed", "text", "ignored",
    *(f"limit:{name}" for name in ("time", "memory", "pids", "disk", "log", "image")),
})  # fmt: skip
# A payload that gets through prints this, and nobody else does: it is written in two pieces in every payload.
BREACH = "BREACH-" + "GOT-THROUGH"


_ONLY: Mapping[str, Set[str]] = {
    "plant": {"client", "form"},
    "send": {"door"},
    "scenario": {"page", "queue", "form"},
    "sibling": ENGINE,
    "victim": ENGINE,
    "lab": {"submission"},
    "limits": ENGINE,
}
_NEEDED: Mapping[str, Set[str]] = {"send": {"door"}, "scenario": {"page", "queue"}}


class CaseError(Exception):
    """An author's slip in a case's folder: names the case, the key, and the fix."""

    def __init__(self, case: str, key: str, fix: str) -> None:
        super().__init__(f"{case}: {key}: {fix}" if key else f"{case}: {fix}")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Generate(Strict):
    """A file that is `head`, then `repeat` as many `times` (`#` in it becomes the number), then `tail`.

    As "tar.gz", an archive of one file with as many `times` a megabyte of `repeat`.
    """

    file: Annotated[str, Field(min_length=1)]
    repeat: str
    times: Annotated[int, Field(ge=1, le=2_000_000)] = 1
    head: str = ""
    tail: str = ""
    encoding: Literal["utf-8", "latin-1", "hex", "tar.gz"] = "utf-8"


class Plant(Strict):
    """client: something in the context that no learner can send."""

    path: Annotated[str, Field(min_length=1)]
    kind: Literal["symlink", "hardlink", "fifo", "socket", "sparse", "folders"]
    target: str = ""
    count: Annotated[int, Field(ge=1, le=20_000)] = 1


class Send(Strict):
    """door: one line to the supervisor. `lease`: after leasing a slot. It is refused, or the connection ends."""

    line: str
    times: Annotated[int, Field(ge=1, le=200_000)] = 1
    lease: bool = False


class Expect(Strict):
    title: Annotated[str, Field(min_length=10, max_length=120)]
    via: Via
    outcome: str | list[str]
    layer: str
    core: bool = False
    sibling: bool = False
    lab: str = ""
    seconds: Annotated[int, Field(ge=1, le=180)] = 30
    log: list[str] = []
    never: list[str] = []
    scenario: str = ""
    victim: bool = False
    limits: dict[str, int | float] = {}
    generate: list[Generate] = []
    plant: list[Plant] = []
    send: list[Send] = []

    @field_validator("layer")
    @classmethod
    def _known_layer(cls, value: str) -> str:
        if value not in LAYERS:
            raise ValueError(f"no layer is called “{value}”; there are {', '.join(LAYERS)}")
        return value

    @field_validator("outcome")
    @classmethod
    def _known_outcome(cls, value: str | list[str]) -> str | list[str]:
        for one in [value] if isinstance(value, str) else value:
            if one not in OUTCOMES:
                raise ValueError(f"no outcome is called “{one}”; there are {', '.join(sorted(OUTCOMES))}")
        return value


@dataclass(frozen=True, slots=True)
class Case:
    """One attack. `log` must be found in what is stored (the payload ran), `never` must not (it got nowhere)."""

    family: str
    name: str
    folder: Path
    title: str
    via: Via
    outcomes: tuple[str, ...]
    layer: str
    core: bool
    sibling: bool  # a neighbour's normal work runs beside it, and must come out unchanged
    victim: bool  # another learner's work ran in the same slot before
    lab: str  # "" the corpus's own
    seconds: int  # by then it has ended
    log: tuple[str, ...]
    never: tuple[str, ...]
    scenario: str
    limits: Mapping[str, int | float]
    generate: tuple[Generate, ...] = field(default=())
    plant: tuple[Plant, ...] = field(default=())
    send: tuple[Send, ...] = field(default=())

    @property
    def id(self) -> str:
        return f"{self.family}/{self.name}"


def load(folder: Path) -> Case:
    """The case in a folder. CaseError names the first slip."""
    name = f"{folder.parent.name}/{folder.name}"
    try:
        table = Expect.model_validate(tomllib.loads((folder / EXPECT).read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CaseError(name, EXPECT, f"it cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise CaseError(name, key, str(first["msg"])) from error
    case = _case(folder, table)
    for key, fix in _slips(case):
        raise CaseError(name, key, fix)
    return case


def _case(folder: Path, table: Expect) -> Case:
    fields: dict[str, Any] = {key: getattr(table, key) for key in Expect.model_fields if key != "outcome"}
    outcomes = (table.outcome,) if isinstance(table.outcome, str) else tuple(table.outcome)
    lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
    return Case(family=folder.parent.name, name=folder.name, folder=folder, outcomes=outcomes, **(fields | lists))


def _slips(case: Case) -> Iterator[tuple[str, str]]:
    if case.family not in FAMILIES:
        yield "", f"no family is called “{case.family}”; there are {', '.join(FAMILIES)}"
    for key, kinds in _ONLY.items():
        if getattr(case, key) and case.via not in kinds:
            yield key, f"it is for {' and '.join(sorted(kinds))}; remove it"
    for key, kinds in _NEEDED.items():
        if case.via in kinds and not getattr(case, key):
            yield key, f"{case.via} needs it; write it"
    for name, value in case.limits.items():
        if name not in Limits.__slots__ or not 0 < value <= getattr(DEFAULT, name):
            yield f"limits.{name}", "a limit of the sandbox, above 0 and not above its default"
    for path in files(case.folder):
        if BREACH.encode() in path.read_bytes():
            yield path.name, "the word that means a breach must be put together when the payload runs"


def files(folder: Path) -> list[Path]:
    """A case's payload files."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != EXPECT)


def load_all(root: Path = FOLDER) -> tuple[Case, ...]:
    """Every case, by family and name. CaseError: a slip, or a folder that is no case."""
    found = []
    for family in FAMILIES:
        for folder in sorted(path for path in (root / family).glob("*") if path.is_dir() and path.name[0] not in "._"):
            found.append(load(folder))
    return tuple(found)
