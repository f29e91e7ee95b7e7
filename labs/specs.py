"""A lab's folder → frozen Lab. Strict: an unknown key, a missing file or an impossible mix refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from labs import briefs, specfile, specrules
from labs.errors import SpecError
from labs.speclines import line_of
from sandbox.limits import Limits
from sandbox.plan import Experiment

FOLDER = Path(__file__).parent / "catalogue"
# The order in which the labs teach; never locked. Labs that an instructor adds follow by name.
ORDER = (
    "hello-image",
    "layer-caching",
    "non-root",
    "health-check",
    "multi-stage",
    "pin-versions",
    "persistent-volume",
    "two-networks",
    "minimal-base",
    "read-only-root",
    "resource-limits",
    "scan-and-fix",
    "private-registry",
    "sign-and-verify",
    "scan-gate",
    "seccomp-profile",
    "capstone",
)


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One `[[check]]`: which check, over which experiment's facts, for how much."""

    id: str
    source: str  # experiment id (`from` in the file)
    title: str  # the claim: "Nothing runs as root"
    skill: str
    points: float
    required: bool = True
    needs: tuple[str, ...] = ()  # check ids; one not passed: this one is skipped, "not measured"


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab as its folder declares it. `texts` is what a regrade needs: {path in the folder: text}."""

    slug: str
    version: int
    title: str
    summary: str  # one sentence for lists
    skills: tuple[str, ...]
    files: tuple[str, ...]  # names that the learner submits; the Dockerfile is always one of them
    extra_files: tuple[str, ...]  # may be added: entrypoint.sh
    pass_at: float
    brief: str  # Markdown
    hints: tuple[str, str, str]  # of rising strength
    starter: Mapping[str, str]  # name → text
    context: Mapping[str, bytes]  # the lab's own files of the build context
    experiments: tuple[Experiment, ...]
    checks: tuple[CheckSpec, ...]
    limits: Limits
    values: Mapping[str, str]  # patterns of random values: "CVE-2026-#####"; see `labs.randomness`
    texts: Mapping[str, str]
    digest: str  # SHA-256 over `texts`

    @property
    def max_points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def names(self) -> tuple[str, ...]:
        """Every file name that a learner may submit."""
        return self.files + self.extra_files


def parse(slug: str, texts: Mapping[str, str]) -> Lab:
    """A lab from its texts alone: a stored version can be graded again. SpecError names file, line, key and fix."""
    try:
        return _parsed(slug, texts)
    except SpecError as error:
        own = error.file == specfile.FILE and error.key
        raise error.placed(slug, line_of(texts[specfile.FILE], error.key) if own else error.line) from error


def _parsed(slug: str, texts: Mapping[str, str]) -> Lab:
    table = specfile.read(_text(texts, "lab.toml"))
    lab = Lab(
        slug=slug,
        version=table.version,
        title=table.title,
        summary=table.summary,
        skills=tuple(table.skills),
        files=tuple(table.files),
        extra_files=tuple(table.extra_files),
        pass_at=table.pass_at,
        brief=_text(texts, "brief.md"),
        hints=(table.hints[0], table.hints[1], table.hints[2]),
        starter=_below(texts, "starter/"),
        context={name: text.encode() for name, text in _below(texts, "context/").items()},
        experiments=tuple(experiment.value() for experiment in table.experiment),
        checks=tuple(_check(check) for check in table.check),
        limits=specfile.limits(table.limits),
        values=dict(table.values),
        texts=dict(texts),
        digest=digest(texts),
    )
    specrules.refuse_slips(lab)
    return lab


def load(folder: Path) -> Lab:
    """The lab in a folder, by the folder's name. Only here are its links checked: a stored version keeps old ones."""
    lab = parse(folder.name, texts_of(folder))
    try:
        briefs.refuse_dead_links(lab.brief)
    except SpecError as error:
        raise error.placed(lab.slug, error.line) from error
    return lab


@cache
def catalogue() -> Mapping[str, Lab]:
    """Every lab of the catalogue by slug, in teaching order; read once in a process."""
    place = {slug: number for number, slug in enumerate(ORDER)}
    folders = [path.parent for path in FOLDER.glob("*/lab.toml")]
    folders.sort(key=lambda folder: (place.get(folder.name, len(place)), folder.name))
    return MappingProxyType({folder.name: load(folder) for folder in folders})


def texts_of(folder: Path) -> dict[str, str]:
    """What grading needs of a lab's folder, by path. No solutions: a stored version must not hold them."""
    paths = [folder / "lab.toml", folder / "brief.md"]
    for name in ("starter", "context"):
        paths += sorted(path for path in (folder / name).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _read(path, folder) for path in paths if path.exists()}


def digest(texts: Mapping[str, str]) -> str:
    content = hashlib.sha256()
    for name in sorted(texts):
        content.update(name.encode() + b"\0" + texts[name].encode() + b"\0")
    return content.hexdigest()


def _read(path: Path, folder: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")  # not read_text: line endings are content
    except UnicodeDecodeError as error:
        name = path.relative_to(folder).as_posix()
        raise SpecError(name, "", "this file is not UTF-8; a lab consists of texts") from error


def _text(texts: Mapping[str, str], name: str) -> str:
    if not texts.get(name, "").strip():
        raise SpecError(name, "", "this file is missing or empty; write it")
    return texts[name]


def _below(texts: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in texts.items() if name.startswith(prefix)}


def _check(table: specfile.CheckTable) -> CheckSpec:
    fields = table.model_dump()
    return CheckSpec(**{**fields, "needs": tuple(table.needs)})
