"""A registry on the machine, filled with equivalents of the images that Dockerfile and compose.yaml name.

They are assembled from Debian packages, since no registry can be asked here, and carry what tells package tools where
to fetch and whom to trust: so `docker compose up --build` in the guest reads like an operator's behind a proxy.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from sandbox.engine.paths import layout
from sandbox.engine.provision import archive, recipes, stack
from sandbox.engine.provision.all import IMAGES
from sandbox.engine.provision.archive import LayerFile
from sandbox.engine.provision.catalogue import images
from tests.compose.outer import make_stand_in
from tests.machines import place, tree

ADDRESS = "127.0.0.1:5000"
NAMES = {"SLIPWAY_PYTHON_IMAGE": "python", "SLIPWAY_REDIS_IMAGE": "redis", "SLIPWAY_POSTGRES_IMAGE": "postgres"}
CONFIG = "/etc/docker/registry/offline.yml"
_CONFIG = f"""\
version: 0.1
storage: {{filesystem: {{rootdirectory: /var/lib/docker-registry}}}}
http: {{addr: "{ADDRESS}"}}
"""
_COPY = "skopeo copy --quiet --insecure-policy --dest-tls-verify=false docker-archive:/var/tmp/{0}.tar docker://{1}/{0}:offline"


def settings() -> str:
    """Lines of `.env` that name the registry's images."""
    return "".join(f"{variable}={ADDRESS}/{name}:offline\n" for variable, name in NAMES.items())


def fill(suite: str, log: Path) -> None:
    """The registry's storage in the tree of a suite. CalledProcessError, RuntimeError: it cannot be filled."""
    root = place.tree(suite)
    (root / CONFIG[1:]).write_text(_CONFIG)
    work = root / "var/tmp"
    _write_python(root, work, suite)
    rootfs = make_stand_in(work)
    for name in ("redis", "postgres"):
        config = {"Cmd": ["sh", "/usr/local/bin/start-postgres"]} if name == "postgres" else {}
        archive.write(work / f"{name}.tar", f"{name}:offline", [LayerFile(rootfs, "stand-in")], config)
    copies = " && ".join(_COPY.format(name, ADDRESS) for name in NAMES.values())
    ready = f"for i in $(seq 60); do curl -fs http://{ADDRESS}/v2/ && break; sleep 0.5; done"
    serve = f"docker-registry serve {CONFIG} & {ready}"
    code = tree.enter(root, f"{serve}; {copies}; code=$?; kill %1; exit $code", log)
    for name in (*NAMES.values(), "stand-in"):
        (work / f"{name}.tar").unlink(missing_ok=True)
    if code != 0:
        raise RuntimeError(f"the registry was not filled; see {log}")


def _write_python(root: Path, work: Path, suite: str) -> None:
    """Our own stand-in for Python's image, with Debian's sources and the tree's certificates and settings on top."""
    slim = next(image for image in images(IMAGES) if image.name == "python:3.11-slim")
    layers = [LayerFile(stack.tar_of(layout(), name), name) for name in recipes.IMAGES[slim.recipe]]
    own = {
        path: (root / path).read_bytes()
        for path in ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf")
        if (root / path).exists()
    }
    own["etc/apt/sources.list"] = (root / "etc/apt/sources.list").read_text().replace(suite, "bookworm").encode()
    own |= {f"etc/apt/apt.conf.d/{file.name}": file.read_bytes() for file in (root / "etc/apt/apt.conf.d").glob("99*")}
    machine = work / "settings.tar"
    with tarfile.open(machine, "w") as written:
        for name, content in sorted(own.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            written.addfile(entry, io.BytesIO(content))
    config = dict(slim.config)
    config["Env"] = [*config.get("Env", []), *(root / "etc/environment").read_text().split()]
    archive.write(work / "python.tar", "python:offline", [*layers, LayerFile(machine, "settings")], config)
    machine.unlink()
