"""What this sandbox has: its stock, and the kind refusal of what it never gives.

The boundary is the engine (its source policy, its network); this only says it first, in a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from sandbox.dockerfile import Dockerfile, Instruction, harmless_syntax, mounts, reachable, references
from sandbox.expansion import ExpansionError, Work, expand
from sandbox.facts import Unavailable
from sandbox.newer import lacking
from sandbox.packages import missing_package
from sandbox.references import ImageName, parse_name

__all__ = ["Image", "Stock", "missing_package", "refuse"]

Signature = tuple[int, str]  # size in bytes and SHA-256 of a file that one package has and no other
_REMOTE = ("http://", "https://", "git://", "ssh://", "git@")
ENGINE = "Docker Engine"  # among the programs
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})


@dataclass(frozen=True, slots=True)
class Image:
    """One image of the catalogue."""

    name: str  # as learners write it: debian:12-slim
    id: str
    digest: str  # resolves here
    upstream_digest: str | None  # its namesake's, where it was made from a recipe
    source: str
    moving: bool  # a tag that points elsewhere tomorrow
    size: int

    @property
    def reference(self) -> ImageName:
        """Its name in full. ValueError: the stock names an image that is none."""
        parsed = parse_name(self.name)
        if parsed is None:
            raise ValueError(f"{self.name} is not an image's name")
        return parsed


@dataclass(frozen=True, slots=True)
class Stock:
    """Images and packages that provisioning put here."""

    images: Mapping[str, Image]
    diff_ids: Mapping[str, tuple[str, ...]]  # by image name, oldest layer first
    setuid: Mapping[str, frozenset[str]]  # path → sha256 of every catalogue image's set-user-ID file there
    deb: Mapping[str, tuple[str, ...]]  # package → versions
    pip: Mapping[str, tuple[str, ...]]
    signatures: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)  # Debian package → files of its own
    modules: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)  # Python module → its file, any version
    advisories: Mapping[str, Any] = field(default_factory=dict)  # as `sandbox.advisories` reads it
    programs: Mapping[str, str] = field(default_factory=dict)  # of the engine tree: name → version of its package
    lacks: frozenset[str] = frozenset()  # names of `sandbox.newer.FEATURES` that the engine does not have

    @staticmethod
    def load(path: Path) -> Stock:
        """The stock of a file, read again when it has changed. OSError, ValueError, KeyError: unreadable."""
        status = path.stat()
        return _load(path, status.st_mtime_ns, status.st_size)

    @staticmethod
    def of(data: Mapping[str, Any]) -> Stock:
        """The stock of a decoded stock.json."""
        setuid: dict[str, set[str]] = {}
        for image in data["images"].values():
            for file, digest in image.get("setuid", {}).items():
                setuid.setdefault(file, set()).add(digest)
        packages = data.get("packages", {})
        return Stock(
            images={name: _image(name, image) for name, image in data["images"].items()},
            diff_ids={name: tuple(image["diff_ids"]) for name, image in data["images"].items()},
            setuid={file: frozenset(digests) for file, digests in setuid.items()},
            deb={name: tuple(versions) for name, versions in packages.get("deb", {}).items()},
            pip={name: tuple(versions) for name, versions in packages.get("pip", {}).items()},
            signatures={name: tuple((s, d) for s, d in files) for name, files in data.get("signatures", {}).items()},
            modules={name: tuple((s, d) for s, d in files) for name, files in data.get("modules", {}).items()},
            advisories=data.get("advisories", {}),
            programs=data.get("programs", {}),
            lacks=frozenset(data.get("lacks", ())),
        )

    @property
    def engine(self) -> str:
        """The engine's version as its makers count, "" where it is not known."""
        version = re.match(r"[0-9.]*", self.programs.get(ENGINE, ""))
        return version[0] if version else ""

    def runs(self, text: str) -> str | None:
        """The id of the image that a name means, for whoever starts it; None: it is not here."""
        name = parse_name(text)
        image = self.image_of(name) if name is not None else None
        return image.id if image is not None else None

    def image_of(self, name: ImageName) -> Image | None:
        """The catalogue's image that a reference means: by tag, or by either digest of that repository."""
        for image in self.images.values():
            own = image.reference
            if own.repository != name.repository:
                continue
            by_digest = name.digest in (image.digest, image.upstream_digest)
            if by_digest if name.digest else own.tagged == name.tagged:
                return image
        return None


@lru_cache(maxsize=8)
def _load(path: Path, changed: int, size: int) -> Stock:
    return Stock.of(json.loads(path.read_bytes()))


def _image(name: str, data: Mapping[str, Any]) -> Image:
    return Image(
        name=name,
        id=data["id"],
        digest=data["digest"],
        upstream_digest=data.get("upstream_digest"),
        source=data["source"],
        moving=bool(data["moving"]),
        size=int(data["size"]),
    )


def refuse(parsed: Dockerfile, stock: Stock) -> Unavailable | None:
    """The first thing in the file that this sandbox never gives; None lets the engine decide."""
    built = reachable(parsed)  # BuildKit never looks at the other stages
    newer = chain.from_iterable(lacking(i, stock.lacks, stock.engine) for i in parsed.instructions)
    found = [*_other_parser(parsed), *_images(parsed, stock, built), *_features(parsed, built), *newer]
    return min(found, key=lambda what: what.line or 0, default=None)


def _other_parser(parsed: Dockerfile) -> Iterator[Unavailable]:
    if parsed.syntax is not None and not harmless_syntax(parsed.syntax):
        message = "Another Dockerfile parser cannot be loaded here; leave the “syntax” line out."
        yield Unavailable("feature", "syntax", message, parsed.syntax_line)


def _images(parsed: Dockerfile, stock: Stock, built: Set[int]) -> Iterator[Unavailable]:
    for reference in references(parsed):
        name = parse_name(reference.name) if reference.stage in built else None
        if name is None or stock.image_of(name) is not None:
            continue  # what is no reference at all, the engine explains
        without_digest = stock.image_of(ImageName(name.repository, name.tag, None)) if name.digest else None
        if without_digest is not None:
            message = f"{without_digest.name} is here with another digest; pin {without_digest.digest} instead."
        else:
            message = f"{reference.name} is not available here; available: {', '.join(sorted(stock.images))}."
        yield Unavailable("image", reference.name, message, reference.line)


def _features(parsed: Dockerfile, built: Set[int]) -> Iterator[Unavailable]:
    scope = _Scope(parsed)
    for instruction in parsed.instructions:
        wanted = instruction.stage in built
        if wanted and instruction.name == "ADD" and (address := _remote(instruction, scope)):
            message = "ADD cannot fetch from the network here; use the files of the lab or its package index."
            yield Unavailable("feature", address[:200], message, instruction.start_line)
        if wanted and instruction.name == "RUN":
            yield from _run_features(instruction)
        scope.see(instruction)


def _run_features(run: Instruction) -> Iterator[Unavailable]:
    secrets = {m["type"] for m in mounts(run) if m["type"] in {"ssh", "secret"} and m.get("required") in _TRUE}
    asked = {
        "--security=insecure": run.flag("security") == "insecure",
        "--network=host": run.flag("network") == "host",
        "--device": run.flag("device") is not None,
        "--mount=type=ssh": "ssh" in secrets,
        "--mount=type=secret": "secret" in secrets,
    }
    for name, wanted in asked.items():
        if wanted:
            message = f"RUN {name} is not available here; the step has to do without it."
            yield Unavailable("feature", name, message, run.start_line)


def _remote(add: Instruction, scope: _Scope) -> str | None:
    """The first source that BuildKit would fetch. `github.com/a/b` without a scheme is a path to it."""
    return next((source for s in add.args[:-1] if (source := scope.expand(s)).startswith(_REMOTE)), None)


class _Scope:
    """ARG and ENV of the current stage, as far as the file tells; enough to see an address in a variable."""

    def __init__(self, parsed: Dockerfile) -> None:
        self._escape = parsed.escape
        self._work = Work()
        self._outside: dict[str, str] = {}  # ARGs before the first FROM
        self._values: dict[str, str] = {}

    def expand(self, text: str) -> str:
        try:
            return expand(text, self._values, self._escape, self._work) if "$" in text else text.strip("\"'")
        except ExpansionError:
            return text

    def see(self, instruction: Instruction) -> None:
        if instruction.name == "FROM":
            if not self._outside:
                self._outside = self._values
            self._values = {}
        elif instruction.name == "ARG":
            for word in instruction.args:
                name, equals, text = word.partition("=")
                self._values[name] = self._unquoted(text) if equals else self._outside.get(name, "")
        elif instruction.name == "ENV":
            pairs = zip(instruction.args[::2], instruction.args[1::2], strict=False)
            self._values |= {name: self._unquoted(text) for name, text in pairs}

    def _unquoted(self, text: str) -> str:
        return self.expand(text)
