"""The steps that make a package's files: every one of them, in whichever stage, before and after an edit.

A package is known by the content of its module, so a file that only has its name is no package. A step that gives
a file another owner or mode has made nothing: the file keeps its time. Where a layer was copied from another stage,
that stage is built by name (all of it cached by then) and searched in turn; where the image holds the package in no
layer, because it was packed into an archive, the stages that it takes files from are searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox import context
from sandbox.dockerfile import Instruction, layer_instructions, mounts
from sandbox.experiments import build as building
from sandbox.facts import Build, Layer
from sandbox.images import with_files

if TYPE_CHECKING:
    from sandbox.session import Session

MOST_STAGES = 4  # that are built to be searched; a package copied through more is not followed further


@dataclass(frozen=True, slots=True)
class Pair:
    """The same stage built before and after the edit."""

    first: Build
    second: Build
    stage: str | None = None  # None: the final one


@dataclass(frozen=True, slots=True)
class Step:
    """A step that makes the package's files."""

    text: str
    line: int | None
    rerun: bool  # it ran again after the edit


@dataclass(slots=True)
class _Search:
    session: Session
    original: context.Written
    edited: context.Written
    package: str
    seen: set[str] = field(default_factory=set)  # stages that were built

    def steps(self, pair: Pair) -> Iterator[Step]:
        """Those of one stage and of the stages that its files come from."""
        layers = _made(_holding(self.session, pair.second, self.package))
        instructions = _instructions(self.session, pair)
        for index in layers:
            instruction = instructions[index] if index < len(instructions) else None
            source = self._copied_from(instruction)
            if source is None:
                yield _step(pair, index, instruction)
            else:
                yield from self._in_stage(source)
        if not layers:
            for source in self._sources(pair):
                yield from self._in_stage(source)

    def _in_stage(self, stage: str) -> Iterator[Step]:
        if stage in self.seen or len(self.seen) == MOST_STAGES:
            return
        self.seen.add(stage)
        first = building.execute(self.session, self.original, target=stage)
        second = building.execute(self.session, self.edited, target=stage)
        if first.ok and second.ok:
            yield from self.steps(Pair(first, second, stage))

    def _copied_from(self, instruction: Instruction | None) -> str | None:
        """The earlier stage that a `COPY --from` takes its files from."""
        if instruction is None or instruction.name not in {"COPY", "ADD"}:
            return None
        source = instruction.flag("from")
        return self.session.parsed.stage_named(source) if source else None

    def _sources(self, pair: Pair) -> list[str]:
        """Every stage that this one takes files from, in the order of the file."""
        found: list[str | None] = []
        for instruction in layer_instructions(self.session.parsed, pair.stage):
            found.append(self._copied_from(instruction))
            if instruction.name == "RUN":
                named = (mount["from"] for mount in mounts(instruction) if "from" in mount)
                found += [self.session.parsed.stage_named(name) for name in named]
        return [stage for stage in dict.fromkeys(found) if stage is not None]


def steps(
    session: Session, pair: Pair, original: context.Written, edited: context.Written, package: str
) -> tuple[Step, ...]:
    """The steps that make `package` for the final image; () when none was found, or the edited build failed."""
    if not package or not pair.second.ok:
        return ()
    return tuple(_Search(session, original, edited, package).steps(pair))


def own(build: Build) -> list[Layer]:
    """The layers with files that the learner's Dockerfile made, without the catalogue image's."""
    return with_files(build.layers[build.base_layers :])


def _holding(session: Session, build: Build, package: str) -> list[Mapping[str, Any]]:
    """The package's module in each of the learner's own layers; by its name only where none has a known content."""
    skip = len(with_files(build.layers[: build.base_layers]))
    names = [f"/{package}.py", f"/{package}/__init__.py"]
    contents: dict[int, list[str]] = {}
    for size, digest in session.stock.modules.get(package, ()):
        contents.setdefault(size, []).append(digest)
    answer = session.ask("files", image=build.image_id, names=names, contents=contents, skip=skip)
    known = {digest for digests in contents.values() for digest in digests}
    named = [f for f in answer["files"] if f["path"].endswith(tuple(names))]
    files = [f for f in named if f["sha256"] in known] or named
    return [{**f, "layer": f["layer"] - skip} for f in files]


def _made(files: list[Mapping[str, Any]]) -> list[int]:
    """The layers that made a file anew, lowest first: what lies below it at that path is another one."""
    below: dict[str, int] = {}
    made: set[int] = set()
    for file in sorted(files, key=lambda f: f["layer"]):
        if below.get(file["path"]) != file["mtime"]:
            made.add(file["layer"])
        below[file["path"]] = file["mtime"]
    return sorted(made)


def _instructions(session: Session, pair: Pair) -> list[Instruction]:
    """The Dockerfile instruction of each own layer; [] where the counts do not match."""
    made = layer_instructions(session.parsed, pair.stage)
    return made if len(made) == len(own(pair.second)) else []


def _step(pair: Pair, index: int, instruction: Instruction | None) -> Step:
    before = {(layer.created_by, layer.created) for layer in own(pair.first)}
    layer = own(pair.second)[index]
    line = instruction.start_line if instruction else None
    text = instruction.original if instruction else layer.created_by
    return Step(text, line, (layer.created_by, layer.created) not in before)
