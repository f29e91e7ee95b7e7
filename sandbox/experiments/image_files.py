"""`image-files`: what the final image's layers carry, compilers among it, and how large the starter's image is.

Every layer counts, also what a later one removes: it is downloaded with the others. The starter is built beside it
on the same engine, so that "smaller" depends on no number that somebody wrote down.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox import context
from sandbox.errors import SandboxError
from sandbox.experiments import build as building
from sandbox.facts import Build, Fact, ImageFiles, Layer, LayerFiles, LimitHit, Tool
from sandbox.images import with_files
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session

# The programs that turn source into machine code, as Debian's and upstream's packages call them.
NAMES = ("gcc", "g++", "cpp", "cc", "c++", "cc1", "cc1plus", "collect2", "lto1", "as", "ld", "ld.bfd", "ld.gold")
OTHERS = ("clang", "tcc", "go", "rustc", "cargo", "javac")
TRIPLET, VERSIONS = "linux-gnu-", range(10, 15)
SMALLEST = 4096  # bytes; a link or a wrapper script is no compiler
# Sizes that were measured already, by engine, lab and the starter's files: the same files give the same size there.
_SIZES: dict[tuple[str, str, str], int] = {}
_LOCK = threading.Lock()
FILES = 400_000  # of an image that is looked at; the supervisor refuses more


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> ImageFiles:
    built = facts[str(experiment.after)]
    assert isinstance(built, Build)  # noqa: S101  # the lab's specification was checked for it
    starter = _starter_size(session, experiment)
    weights = _asked(session, "weigh", image=built.image_id)["layers"]
    names = _names()
    found = _asked(session, "files", image=built.image_id, names=names)["files"]
    made, base = with_files(built.layers), len(with_files(built.layers[: built.base_layers]))
    tools = tuple(_tool(entry, made) for entry in found if _compiles(entry, names))
    carried = tuple(
        LayerFiles(layer.created_by, index < base, weight["files"], weight["bytes"], weight["hidden_bytes"])
        for index, (layer, weight) in enumerate(zip(made, weights, strict=True))
    )
    return ImageFiles(built.size, starter, carried, tools)


def _names() -> list[str]:
    """Ends of paths; `x86_64-linux-gnu-gcc-12` is what `gcc` links to."""
    compilers = [f"{name}-{version}" for name in NAMES[:3] for version in VERSIONS]
    plain = [*NAMES, *compilers]
    return [f"/{name}" for name in (*plain, *OTHERS)] + [TRIPLET + name for name in plain]


def _compiles(entry: Mapping[str, Any], names: list[str]) -> bool:
    """The supervisor also reports every set-user-ID file."""
    return entry["path"].endswith(tuple(names)) and entry["size"] >= SMALLEST and bool(entry["mode"] & 0o111)


def _starter_size(session: Session, experiment: Experiment) -> int:
    """Bytes of the lab's own starter, built on this engine once in a process. That it does not build is our fault."""
    written = context.write_context(
        replace(session.plan, files=session.plan.starter), session.directory / experiment.id
    )
    key = (session.slot.fingerprint, session.plan.lab, context.digest(written))
    with _LOCK:
        known = _SIZES.get(key)
    if known is None:
        built = building.execute(session, written)
        if not built.ok:
            raise SandboxError(f"the starter of {session.plan.lab} did not build")
        with _LOCK:
            known = _SIZES[key] = built.size
    return known


def _asked(session: Session, verb: str, **fields: Any) -> dict[str, Any]:
    answer = session.ask(verb, **fields)
    if answer["too_many"]:
        raise LimitReached(LimitHit("image", FILES, "files"))
    return answer


def _tool(entry: Mapping[str, Any], made: list[Layer]) -> Tool:
    return Tool(clean(entry["path"]), entry["size"], made[entry["layer"]].created_by, entry["visible"])
