"""How an image gets into the golden slot, with a digest that resolves offline: the engine pulls it from files.

A registry that is only read is a folder of manifests by tag and blobs by digest, and the slot's web server gives it
out. Layers are in it as they are: to compress them for a way of no length took most of the set-up's time. The engine
asks a mirror for the Hub's images. For those of other hosts it would ask the host itself, so in this slot, and in no
other, such a name leads to the same files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandbox.engine.provision.archive import CHUNK
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.slot import Slot
from sandbox.references import HUB, parse_name

_FOLDER = "registry"  # among the slot's files
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
_SERVER = f"""
        listen 127.0.0.1:5000;
        location = /v2/ {{ return 200; }}
        location /v2/ {{ root /usr/lib/slipway/{_FOLDER}; types {{ }} default_type {_MANIFEST}; }}
        location ~ /blobs/(sha256:[0-9a-f]+)$ {{ alias /usr/lib/slipway/{_FOLDER}/blobs/$1; }}
"""


def assets(own: Path, target: Path, images: Sequence[Image]) -> Path:
    """A slot's files (`own`) once more in `target`, with the other registries' hosts led to the slot itself."""
    shutil.copytree(own, target, dirs_exist_ok=True)
    hosts = sorted({host for image in images if (host := _split(image)[0]) != HUB})
    (target / "hosts").write_text("".join(f"127.0.0.1 {host}\n" for host in ("localhost", *hosts)))
    start = (target / "start.sh").read_text()
    (target / "start.sh").write_text(f"mount --bind /usr/lib/slipway/hosts /etc/hosts\n{start}")
    server = (target / "nginx.conf").read_text()
    (target / "nginx.conf").write_text(server.replace("        listen 80;\n", f"        listen 80;\n{_SERVER}", 1))
    daemon = json.loads((target / "daemon.json").read_text())
    (target / "daemon.json").write_text(json.dumps({**daemon, "insecure-registries": hosts}))
    return target


def pull(slot: Slot, image: Image, archive: Path) -> str:
    """The engine has the image of the archive; its digest under the image's own name."""
    offer(slot.assets / _FOLDER, image, archive)
    done = client(slot, "pull", "-q", image.name)
    if done.returncode != 0:
        raise PartFailed(f"{image.name} could not be pulled from what was made: {done.stderr}")
    digests = [str(entry).split("@", 1)[1] for entry in slot.engine.inspect_image(image.name)["RepoDigests"]]
    if not digests:
        raise PartFailed(f"{image.name} has no digest after its pull")
    return digests[0]


def offer(folder: Path, image: Image, archive: Path) -> None:
    """The archive's image among the files of a registry. A layer that it leaves out came with one before."""
    (folder / "blobs").mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    with tarfile.open(archive) as members:
        for member in members:
            source = members.extractfile(member)
            if source is None:
                continue
            if member.name == "manifest.json":
                entries = json.load(source)
                continue
            with _blob(folder, member.name).open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK)
    (entry,) = entries
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": _described(_blob(folder, entry["Config"]), _CONFIG),
        "layers": [_described(_blob(folder, name), _LAYER) for name in entry["Layers"]],
    }
    text = json.dumps(manifest).encode()
    _, path, tag = _split(image)
    manifests = folder / "v2" / path / "manifests"
    manifests.mkdir(parents=True, exist_ok=True)
    for name in (tag, f"sha256:{hashlib.sha256(text).hexdigest()}"):
        (manifests / name).write_bytes(text)


def _blob(folder: Path, member: str) -> Path:
    """Members of an archive begin with the 64 digits of their SHA-256."""
    return folder / "blobs" / f"sha256:{member[:64]}"


def _described(blob: Path, kind: str) -> dict[str, Any]:
    return {"mediaType": kind, "digest": blob.name, "size": blob.stat().st_size}


def client(slot: Slot, *words: str) -> subprocess.CompletedProcess[str]:
    """The engine tree's own client, inside the slot."""
    enter = ["nsenter", "--target", str(slot.init_pid), "--all", "--root", "--wd", "--"]
    command = [*enter, "env", "HOME=/run", "docker", "-H", "unix:///run/engine/docker.sock", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _split(image: Image) -> tuple[str, str, str]:
    """(host, repository, tag) of a catalogue name."""
    parsed = parse_name(image.name)
    if parsed is None or parsed.tag is None:
        raise PartFailed(f"{image.name} is not the name of an image")
    host, _, path = parsed.repository.partition("/")
    return host, path, parsed.tag
