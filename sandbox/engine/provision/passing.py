"""How an image gets a digest that resolves offline: pushed once to a registry inside the golden slot, and pulled again.

The engine asks a mirror for the Hub's images. For those of other hosts it would ask the host itself, so in this slot,
and in no other, such a name leads to the same registry.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.slot import Slot
from sandbox.references import HUB, parse_name

_REGISTRY = "127.0.0.1:5000"
_PROXY = """
        location /v2/ {
            proxy_pass http://127.0.0.1:5000;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_buffering off;
            proxy_request_buffering off;
            client_max_body_size 0;
        }
"""


def assets(own: Path, target: Path, images: Sequence[Image]) -> Path:
    """A slot's files (`own`) once more in `target`, with the other registries' hosts led to the slot itself."""
    shutil.copytree(own, target, dirs_exist_ok=True)
    hosts = sorted({host for image in images if (host := _split(image)[0]) != HUB})
    (target / "hosts").write_text("".join(f"127.0.0.1 {host}\n" for host in ("localhost", *hosts)))
    start = (target / "start.sh").read_text()
    (target / "start.sh").write_text(f"mount --bind /usr/lib/slipway/hosts /etc/hosts\n{start}")
    server = (target / "nginx.conf").read_text()
    (target / "nginx.conf").write_text(server.replace("        listen 80;\n", f"        listen 80;\n{_PROXY}", 1))
    daemon = json.loads((target / "daemon.json").read_text())
    (target / "daemon.json").write_text(json.dumps({**daemon, "insecure-registries": hosts}))
    return target


@contextmanager
def registry(slot: Slot) -> Iterator[None]:
    command = [*_enter(slot), "docker-registry", "serve", "/usr/lib/slipway/registry.yml"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def give_digest(slot: Slot, image: Image) -> str:
    """Push and pull; the digest under the image's own name."""
    host, path, tag = _split(image)
    name = image.name.rpartition(":")[0]
    passing = f"{_REGISTRY}/{path}" if host == HUB else name
    engine = slot.engine
    engine.timeout = 120
    if host == HUB:
        engine.call("POST", f"/images/{quote(image.name, safe='')}/tag?repo={quote(passing, safe='')}&tag={tag}")
    done = client(slot, "push", "-q", f"{passing}:{tag}")
    if done.returncode != 0:
        raise PartFailed(f"{image.name} could not be given a digest: {done.stderr}")
    if host == HUB:
        engine.call("DELETE", f"/images/{quote(passing, safe='')}:{tag}")
    done = client(slot, "pull", "-q", image.name)
    digests = [str(entry).split("@", 1)[1] for entry in slot.engine.inspect_image(image.name)["RepoDigests"]]
    if done.returncode != 0 or not digests:
        raise PartFailed(f"{image.name} has no digest after passing through the registry: {done.stderr}")
    return digests[0]


def client(slot: Slot, *words: str) -> subprocess.CompletedProcess[str]:
    """The engine tree's own client, inside the slot. It knows that a push needs an empty X-Registry-Auth header."""
    command = [*_enter(slot), "env", "HOME=/run", "docker", "-H", "unix:///run/engine/docker.sock", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _enter(slot: Slot) -> list[str]:
    return ["nsenter", "--target", str(slot.init_pid), "--all", "--root", "--wd", "--"]


def _split(image: Image) -> tuple[str, str, str]:
    """(host, repository, tag) of a catalogue name."""
    parsed = parse_name(image.name)
    if parsed is None or parsed.tag is None:
        raise PartFailed(f"{image.name} is not the name of an image")
    host, _, path = parsed.repository.partition("/")
    return host, path, parsed.tag
