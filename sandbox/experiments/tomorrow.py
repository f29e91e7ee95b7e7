"""`tomorrow`: the same build on another day. Tags that move have moved, the package index has newer versions.

Each moving tag that the Dockerfile takes is given to an image with one more layer, the build runs without its cache
over the index of tomorrow, and the tags are put back, which is looked at: a slot where they are not is recycled. A
digest goes on meaning the image it meant.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import docker

from sandbox.available import Image, Stock
from sandbox.dockerfile import Dockerfile, reachable, references
from sandbox.errors import SandboxError
from sandbox.experiments import build as building
from sandbox.facts import Build, Fact, LimitHit
from sandbox.images import with_files
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.references import parse_name
from sandbox.stopped import LimitReached
from sandbox.tomorrowfacts import Installed, Reference, Tomorrow

if TYPE_CHECKING:
    from sandbox.session import Session

MARK = "etc/build-of-tomorrow"  # the file that makes the newer build another image
FILES = 400_000  # of an image that is looked at; the supervisor refuses more
Versions = Mapping[str, str]


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Tomorrow:
    first = facts[str(experiment.after)]
    assert isinstance(first, Build)  # noqa: S101  # the lab's specification was checked for it
    taken = _references(session.parsed, session.stock)
    written = session.contexts[str(experiment.after)]
    with _moved(session, [image for _, image in taken if image is not None and image.moving]) as newer:
        second = building.execute(session, written, tomorrow=True)
    before = _versions(session, first)
    after = _versions(session, second) if second.ok else {}
    names = sorted({*before, *after})
    return Tomorrow(
        build=second,
        references=tuple(reference for reference, _ in taken),
        base=first.base,
        moved=tuple(sorted(name for name, top in newer.items() if _stands_on(second, top))),
        installed=tuple(Installed(name, before.get(name, ""), after.get(name, "")) for name in names),
        dependency=not experiment.dependency or experiment.dependency.lower().replace("_", "-") in before,
    )


def _references(parsed: Dockerfile, stock: Stock) -> list[tuple[Reference, Image | None]]:
    """Images that the build takes, in the order of the file."""
    built = reachable(parsed)
    found = []
    for reference in references(parsed):
        name = parse_name(reference.name) if reference.stage in built else None
        if name is None:
            continue
        image = stock.image_of(name)
        floating = ""
        if name.digest is None:
            if image is not None and image.moving:
                floating = "the tag is given to newer builds"
            elif name.tag in {None, "latest"}:
                floating = "without a tag it is whatever is the latest"
        found.append((Reference(clean(reference.name), reference.line, floating), image))
    return found


@contextmanager
def _moved(session: Session, images: Sequence[Image]) -> Iterator[Mapping[str, str]]:
    """By name, the diff id on top of the newer build that its tag points to meanwhile."""
    client = session.client
    tops: dict[str, str] = {}
    try:
        for image in images:
            if image.name not in tops:
                tops[image.name] = _move(client, image)
        yield tops
    finally:
        for image in images:
            _put_back(session, image)


def _move(client: Any, image: Image) -> str:
    """Give the tag to an image with one more layer; that layer's diff id."""
    config = client.inspect_image(image.id)["Config"]
    starts = bool(config.get("Cmd") or config.get("Entrypoint"))
    container = client.create_container(image.id, None if starts else ["/nothing"])["Id"]
    try:
        client.put_archive(container, "/", _archive())
        identity = client.commit(container)["Id"]
    finally:
        client.remove_container(container, v=True)
    repository, _, tag = image.name.rpartition(":")
    client.tag(identity, repository, tag, force=True)
    layers: list[str] = client.inspect_image(identity)["RootFS"]["Layers"]
    return layers[-1]


def _archive() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        entry = tarfile.TarInfo(MARK)
        entry.mode = 0o644
        archive.addfile(entry)
    return data.getvalue()


def _put_back(session: Session, image: Image) -> None:
    """The catalogue's own image again. SandboxError, and with it another slot, when the engine does not do it."""
    client: Any = session.client
    repository, _, tag = image.name.rpartition(":")
    try:
        client.tag(image.id, repository, tag, force=True)
        now = client.inspect_image(image.name)["Id"]
    except docker.errors.APIError as error:
        session.slot.tainted = True
        raise SandboxError(f"{image.name} could not be put back: {error}") from error
    if now != image.id:
        session.slot.tainted = True
        raise SandboxError(f"{image.name} was put back, and is {now}")


def _stands_on(build: Build, diff_id: str) -> bool:
    return any(layer.diff_id == diff_id for layer in with_files(build.layers))


def _versions(session: Session, build: Build) -> Versions:
    """Python distributions that the container sees, by normal name, without those of the catalogue's base."""
    answer: dict[str, Any] = session.ask("packages", image=build.image_id)
    if answer["too_many"]:
        raise LimitReached(LimitHit("image", FILES, "files"))
    skip = len(with_files(build.layers[: build.base_layers]))
    found: dict[str, set[str]] = {}
    for entry in answer["packages"]:
        if entry["kind"] == "python" and entry["visible"] and entry["layer"] >= skip:
            name = clean(entry["name"]).lower().replace("_", "-").replace(".", "-")
            found.setdefault(name, set()).add(clean(entry["version"]))
    return {name: ", ".join(sorted(versions)) for name, versions in found.items()}
