"""One image from a registry, by digest, as an archive that `docker load` reads.

Slots have no network, so the machine pulls. Every byte is held against a digest: the manifest against the
catalogue's, configuration and layers against the manifest's, unpacked layers against the configuration's diff ids.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.engine.provision.archive import LayerFile, write_on
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.provision.registry import CHUNK, DOCUMENT_BYTES, MANIFESTS, NotUsable, Registry
from sandbox.references import parse_name

PLATFORM = ("linux", "amd64")
LAYERS = 127  # what the engine's own storage can stack
PACKED_BYTES = 1024**3  # of all layers as they come
UNPACKED_BYTES = 3 * 1024**3 // 2  # of all layers as they are stored: half of a slot's data root
_INDEXES = MANIFESTS[:2]
_LAYERS = ("application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Blob:
    kind: str  # its media type
    digest: str
    size: int


def pull(registry: Registry, image: Image, above: Sequence[LayerFile], target: Path, say: Say) -> None:
    """`target` becomes the archive of the image with the catalogue's digest, with the layers `above` on top.

    NotAnswering, NotUsable: the image has to come another way. PartFailed: what came is not what the digest names.
    """
    repository = repository_of(image.name)
    config, layers = _manifest(registry, repository, image.upstream_digest)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="pull-") as work:
        base = _config(registry, repository, config, Path(work) / "config.json")
        diff_ids = base["rootfs"]["diff_ids"]
        if len(diff_ids) != len(layers):
            raise NotUsable(f"it has {len(layers)} layers and a configuration for {len(diff_ids)}")
        files, room = [], UNPACKED_BYTES
        for number, (layer, diff_id) in enumerate(zip(layers, diff_ids, strict=True), start=1):
            begun = time.monotonic()
            packed, plain = Path(work) / "packed", Path(work) / f"{number}.tar"
            registry.blob(repository, layer.digest, layer.size, packed)
            room -= unpack(packed, plain, str(diff_id), room)
            packed.unlink()
            files.append(plain)
            seconds = time.monotonic() - begun
            say(f"{image.name}: layer {number} of {len(layers)}, {layer.size / 1e6:.1f} MB in {seconds:.1f} s")
        write_on(target, image.name, base, files, above)


def repository_of(name: str) -> str:
    """`library/debian` of `debian:12-slim`. One registry is asked for all, so a host in the name is left out."""
    parsed = parse_name(name)
    if parsed is None:
        raise PartFailed(f"{name} is not the name of an image")
    return parsed.repository.partition("/")[2]


def _manifest(registry: Registry, repository: str, digest: str) -> tuple[Blob, list[Blob]]:
    """(configuration, layers), through the index where the digest names one."""
    document = _json(registry.manifest(repository, digest))
    try:
        if document.get("mediaType") in _INDEXES or "manifests" in document:
            document = _json(registry.manifest(repository, _for_this_machine(document["manifests"])))
        config, layers = _blob(document["config"]), [_blob(entry) for entry in document["layers"]]
    except (KeyError, TypeError, ValueError) as error:
        raise NotUsable(f"its manifest is of a kind that is not known here: {error!r}") from error
    odd = sorted({layer.kind for layer in layers} - set(_LAYERS))
    if odd:
        raise NotUsable(f"its layers are {odd[0]}, and only gzip can be read here")
    if len(layers) > LAYERS or sum(layer.size for layer in layers) > PACKED_BYTES:
        raise NotUsable(f"it is larger than {PACKED_BYTES} bytes or has more than {LAYERS} layers")
    return config, layers


def _for_this_machine(entries: Sequence[Mapping[str, Any]]) -> str:
    for entry in entries:
        platform = entry.get("platform") or {}
        if (platform.get("os"), platform.get("architecture")) == PLATFORM:
            return _blob(entry).digest
    raise NotUsable(f"it is not made for {'/'.join(PLATFORM)}")


def _blob(entry: Mapping[str, Any]) -> Blob:
    """ValueError: a digest or a size that cannot be one."""
    digest, size = str(entry["digest"]), int(entry["size"])
    if not _DIGEST.fullmatch(digest) or size < 0:
        raise ValueError(f"{digest} of {size} bytes")
    return Blob(str(entry.get("mediaType", "")), digest, size)


def _config(registry: Registry, repository: str, blob: Blob, file: Path) -> dict[str, Any]:
    """The image's configuration, with a history that has an entry for each layer."""
    if blob.size > DOCUMENT_BYTES:
        raise NotUsable(f"its configuration has {blob.size} bytes")
    registry.blob(repository, blob.digest, blob.size, file)
    config = _json(file.read_bytes())
    try:
        diff_ids = config["rootfs"]["diff_ids"]
        history = config.get("history") or []
        with_files = sum(not entry.get("empty_layer") for entry in history)
        whole = all(_DIGEST.fullmatch(diff_id) for diff_id in diff_ids)
    except (KeyError, TypeError, AttributeError) as error:
        raise NotUsable("its configuration is not an image's") from error
    if (config.get("os"), config.get("architecture")) != PLATFORM or not whole:
        raise NotUsable(f"its configuration is not that of an image for {'/'.join(PLATFORM)}")
    if with_files != len(diff_ids):  # allowed, but facts name each layer by its history
        config["history"] = [{"created_by": "from the registry"} for _ in diff_ids]
    return config


def _json(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise NotUsable("it is described by something that is not JSON") from error
    if not isinstance(document, dict):
        raise NotUsable("it is described by something that is not a JSON object")
    return document


def unpack(packed: Path, plain: Path, diff_id: str, room: int) -> int:
    """Unpack one gzip layer, and hold it against its diff id; its size in bytes, at most `room`."""
    summed, size = hashlib.sha256(), 0
    try:
        with gzip.open(packed, "rb") as stream, plain.open("wb") as out:
            while data := stream.read(CHUNK):
                size += len(data)
                if size > room:
                    raise NotUsable(f"it unpacks to more than {UNPACKED_BYTES} bytes")
                summed.update(data)
                out.write(data)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PartFailed(f"a layer with the right digest cannot be unpacked: {error}") from error
    if f"sha256:{summed.hexdigest()}" != diff_id:
        raise PartFailed(f"a layer unpacks to sha256:{summed.hexdigest()}, its image says {diff_id}")
    return size
