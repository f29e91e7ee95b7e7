"""Writes an image archive that `docker load` reads: layers as tar files, a configuration, a manifest."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LayerFile:
    tar: Path
    created_by: str


Chains = set[tuple[str, ...]]  # of diff ids, lowest first: an engine knows a layer by all that is below it


def write(
    target: Path, name: str, layers: Sequence[LayerFile], config: Mapping[str, Any], there: Chains | None = None
) -> None:
    """`target` becomes the archive of image `name` with those layers, lowest first; `config` says how it is run.

    Layers that an engine has already, by the chains in `there`, are named and not packed; the others are added to it.
    """
    base = {
        "architecture": "amd64",
        "os": "linux",
        "created": _now(),
        "config": dict(config),
        "rootfs": {"type": "layers", "diff_ids": []},
        "history": [],
    }
    write_on(target, name, base, [], layers, there)


def write_on(
    target: Path,
    name: str,
    base: Mapping[str, Any],
    below: Sequence[Path],
    above: Sequence[LayerFile],
    there: Chains | None = None,
) -> None:
    """`target` becomes image `name`: the configuration `base` with its own layers `below`, then the layers `above`.

    Of `base` nothing changes but that diff ids and history grow. A tar file in `below` is the layer of the diff id at
    its place, which the caller has verified.
    """
    digests = [_sha256(layer.tar) for layer in above]
    diff_ids = [*base["rootfs"]["diff_ids"], *(f"sha256:{digest}" for digest in digests)]
    written = [{"created": _now(), "created_by": layer.created_by} for layer in above]
    config = {
        **base,
        "rootfs": {**base["rootfs"], "diff_ids": diff_ids},
        "history": [*(base.get("history") or []), *written],
    }
    files = [*below, *(layer.tar for layer in above)]
    packed = _new(dict(zip(diff_ids, files, strict=True)), diff_ids, set() if there is None else there)
    _pack(target, name, json.dumps(config).encode(), packed, diff_ids)


def _new(files: Mapping[str, Path], diff_ids: Sequence[str], there: Chains) -> dict[str, Path]:
    """The files of layers whose chain is not there yet; it is, from now on."""
    chains = {tuple(diff_ids[: count + 1]) for count in range(len(diff_ids))} - there
    there |= chains
    return {chain[-1]: files[chain[-1]] for chain in sorted(chains, key=len)}


def _pack(target: Path, name: str, config: bytes, files: Mapping[str, Path], diff_ids: Sequence[str]) -> None:
    """An image may hold the same layer twice: it is stored once."""
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    members = {diff_id: f"{diff_id.removeprefix('sha256:')}/layer.tar" for diff_id in diff_ids}
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [members[diff_id] for diff_id in diff_ids]}]
    new = target.with_suffix(".new")
    with tarfile.open(new, "w") as archive:
        _add(archive, config_name, config)
        for diff_id, file in files.items():
            archive.add(file.resolve(), arcname=members[diff_id])  # the file, also where a link leads to it
        _add(archive, "manifest.json", json.dumps(manifest).encode())
    new.rename(target)


def _add(archive: tarfile.TarFile, name: str, body: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(body)
    archive.addfile(entry, io.BytesIO(body))


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _sha256(file: Path) -> str:
    return _sha256_of(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256_of(file: Path, changed: int) -> str:
    """Several images stand on the same layers."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
