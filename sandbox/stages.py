"""Stages of a Dockerfile: what they stand on, which images they ask for, which of their steps make layers."""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.expansion import ExpansionError, Work, expand
from sandbox.instructions import Instruction

SCRATCH = "scratch"
_NUMBER = re.compile(r"[+-]?[0-9]{1,5}")
PLATFORM = {
    f"{side}{part}": value
    for side in ("BUILD", "TARGET")
    for part, value in {"PLATFORM": "linux/amd64", "OS": "linux", "ARCH": "amd64", "VARIANT": ""}.items()
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows it."""

    index: int
    name: str | None  # lower case, as BuildKit compares names
    base: str  # as written
    base_resolved: str | None  # with ARGs filled in; None where that cannot be told here
    line: int
    from_stage: int | None  # the earlier stage it stands on


@dataclass(frozen=True, slots=True)
class Reference:
    """An image that a build would look for outside the Dockerfile. `kind`: FROM, COPY or RUN."""

    kind: str
    name: str
    line: int
    stage: int  # that asks for it


def stages_of(instructions: Sequence[Instruction], escape: str) -> tuple[Stage, ...]:
    """All stages, bases resolved with the ARGs before the first FROM."""
    values: dict[str, str | None] = dict(PLATFORM)
    work = Work()
    stages: list[Stage] = []
    by_name: dict[str, int] = {}
    for instruction in instructions:
        if instruction.name == "ARG" and instruction.stage < 0:
            _define(values, instruction, escape, work)
        if instruction.name != "FROM":
            continue
        base = instruction.args[0] if instruction.args else ""
        resolved = _resolve(base, values, escape, work)
        name = instruction.args[2].lower() if len(instruction.args) == 3 else None
        below = by_name.get(resolved.lower()) if resolved else None
        stage = Stage(len(stages), name, base, resolved, instruction.start_line, below)
        stages.append(stage)
        if name:
            by_name[name] = stage.index
    return tuple(stages)


def _define(values: dict[str, str | None], instruction: Instruction, escape: str, work: Work) -> None:
    for word in instruction.args:
        name, equals, text = word.partition("=")
        values[name] = _resolve(text, values, escape, work) if equals else None if name in PLATFORM else ""


def _resolve(text: str, values: dict[str, str | None], escape: str, work: Work) -> str | None:
    try:
        return expand(text, values, escape, work)
    except ExpansionError:
        return None


def index_of(stages: Sequence[Stage], value: str) -> int | None:
    """The stage that a `COPY --from` value means: a name in any case (the last of that name), else a number."""
    for stage in reversed(stages):
        if stage.name is not None and stage.name == value.lower():
            return stage.index
    number = _number(value)
    return number if number is not None and 0 <= number < len(stages) else None


def _number(value: str) -> int | None:
    """As Go's Atoi reads it: `+1` and `01` are 1 as well."""
    return int(value) if _NUMBER.fullmatch(value) else None


def references(instructions: Sequence[Instruction], stages: Sequence[Stage]) -> tuple[Reference, ...]:
    """Images from outside, in the order of the file. What holds a variable that no FROM sees is left out."""
    inside = {"", SCRATCH, *(s.name for s in stages if s.name)}
    found: list[Reference] = []
    for instruction in instructions:
        if instruction.name == "FROM":
            stage = stages[instruction.stage]
            base = stage.base_resolved or ""
            wanted = [base] if stage.from_stage is None and base not in {"", SCRATCH} else []
        else:
            wanted = [n for n in _sources(instruction) if n.lower() not in inside and "$" not in n]
            # A number is a stage to COPY, there or not; RUN's mounts know stages by name only.
            wanted = [n for n in wanted if instruction.name == "RUN" or _number(n) is None]
        line, asking = instruction.start_line, instruction.stage
        found += [Reference(instruction.name, name, line, asking) for name in wanted]
    return tuple(found)


def _sources(instruction: Instruction) -> list[str]:
    """Stages or images that an instruction takes files from."""
    if instruction.name == "RUN":
        return [m["from"] for m in mounts(instruction) if "from" in m and m["type"] != "tmpfs"]
    return instruction.flag_values("from") if instruction.name == "COPY" else []


def reachable(instructions: Sequence[Instruction], stages: Sequence[Stage]) -> frozenset[int]:
    """The final stage and all that it stands on or takes files from."""
    needs = {s.index: {s.from_stage} if s.from_stage is not None else set[int]() for s in stages}
    known = {stage.name: stage.index for stage in stages if stage.name}
    by_number = {stage.index: stage.index for stage in stages}
    for instruction in instructions:
        for name in _sources(instruction):
            number = _number(name) if instruction.name == "COPY" else None
            index = known.get(name.lower()) if number is None else by_number.get(number)
            if index is not None:
                needs.get(instruction.stage, set()).add(index)
    seen: set[int] = set()
    waiting = [len(stages) - 1] if stages else []
    while waiting:
        index = waiting.pop()
        if index not in seen:
            seen.add(index)
            waiting += needs[index]
    return frozenset(seen)


def mounts(instruction: Instruction) -> list[dict[str, str]]:
    """The options of each `RUN --mount`, keys in lower case; an option without a value is "true"."""
    found = []
    for value in instruction.flag_values("mount"):
        try:
            fields = next(csv.reader([value], strict=True), [])
        except csv.Error:
            continue  # BuildKit refuses it and says why
        options = {"type": "bind"}
        for field in fields:
            key, equals, text = field.partition("=")
            options[key.lower()] = text if equals else "true"
        found.append({**options, "type": options["type"].lower()})
    return found


def layers_of(instructions: Sequence[Instruction], stages: Sequence[Stage], index: int) -> list[Instruction]:
    """What makes layers with files (RUN, COPY, ADD, WORKDIR) in a stage and those below it, oldest first."""
    chain: list[int] = []
    at: int | None = index
    while at is not None:
        chain.append(at)
        at = stages[at].from_stage
    bodies: dict[int, list[Instruction]] = {number: [] for number in reversed(chain)}
    for instruction in instructions:
        if instruction.stage in bodies:
            bodies[instruction.stage].append(instruction)
    executed: list[Instruction] = []
    triggers: list[Instruction] = []  # of the stage below: they run first
    for body in bodies.values():
        executed += [*triggers, *body]
        triggers = [i.trigger for i in body if i.name == "ONBUILD" and i.trigger is not None]
    return _with_layers(executed)


def _with_layers(executed: Sequence[Instruction]) -> list[Instruction]:
    out: list[Instruction] = []
    directory: str | None = None  # that of the image below is not known
    for instruction in executed:
        if instruction.name == "WORKDIR":
            directory = _directory(directory, instruction.value)
            if directory == "/":
                continue  # BuildKit has no directory to make, so it makes no layer
        if instruction.name in {"RUN", "COPY", "ADD", "WORKDIR"}:
            out.append(instruction)
    return out


def _directory(before: str | None, value: str) -> str | None:
    """Where WORKDIR leads; None where that depends on variables or on the image below."""
    if "$" in value or (before is None and not value.startswith("/")):
        return None
    path = posixpath.normpath(posixpath.join(before or "/", value.strip("\"'")))
    return "/" if path == "//" else path
