"""An operator's machine: an engine of its own in its own namespaces, with the base images and nothing to pull from."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.engine import dataroot
from sandbox.engine.paths import PROJECT, layout
from sandbox.engine.provision import source
from sandbox.engine.provision.all import IMAGES
from sandbox.engine.provision.catalogue import images
from sandbox.engine.slot import ASSETS, Slot

HERE = Path(__file__).parent
PYTHON = "python:3.11-slim"  # the catalogue's, in place of the image that our Dockerfile names
STOCK = ("engine", "images", "packages", "stamps")
START_POSTGRES = """\
set -eu
cd /var/lib/postgresql/data
[ -e PG_VERSION ] || {
    printf %s "$POSTGRES_PASSWORD" > /tmp/password
    initdb -D . -E UTF8 --username="$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 > /dev/null
    echo 'host all all all scram-sha-256' >> pg_hba.conf
    echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -D . postgres > /dev/null
}
exec postgres -D . -c listen_addresses='*' -c unix_socket_directories=/tmp,/var/run/postgresql
"""
CUSTOMIZE = [
    'echo "postgres-user:x:999:999::/tmp:/bin/sh" >> "$1/etc/passwd"',
    'ln -s ../../lib/postgresql/15/bin/* "$1/usr/local/bin/"; rm -f "$1/usr/local/bin/psql"',
    'for name in initdb postgres pg_isready; do ln -sf /usr/lib/postgresql/15/bin/$name "$1/usr/local/bin/$name"; done',
    'rm -rf "$1/var/lib/postgresql"; mkdir -p "$1/var/lib/postgresql/data" "$1/var/run/postgresql"',
    'chown -R 999:999 "$1/var/lib/postgresql"',
]


@dataclass(frozen=True, slots=True)
class Machine:
    slot: Slot
    folder: Path
    environment: dict[str, str]

    def docker(self, *arguments: str | Path, seconds: float = 600, text: str = "", stream: str = "stdout") -> str:
        """What the engine's own client, from the engine tree, wrote to `stream`; it must succeed."""
        client = layout().tree / "usr/bin/docker"
        command = [client, *arguments]
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            input=text,
            check=False,
        )
        assert done.returncode == 0, f"docker {arguments}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        return str(getattr(done, stream))

    def compose(self, *arguments: str, seconds: float = 600, text: str = "") -> str:
        files = ("-f", PROJECT / "compose.yaml", "-f", HERE / "offline.yaml")
        return self.docker("compose", *files, *arguments, seconds=seconds, text=text)

    def inside(self, *command: str, text: str | None = None) -> str:
        """Run a program of ours in the machine's network, where published ports are reached."""
        enter = ["nsenter", "--target", str(self.slot.init_pid), "--net", "--"]
        done = subprocess.run([*enter, *command], input=text, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout


@contextmanager
def machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setattr(dataroot, "DATA_MB", 20_000)
    monkeypatch.setattr(dataroot, "DATA_INODES", 1_500_000)
    assets = folder / "assets"
    shutil.copytree(HERE / "outer", assets)
    shutil.copy(ASSETS / "init.sh", assets)
    config = folder / "docker"
    config.mkdir()
    plugins = [str(layout().tree / "usr/libexec/docker/cli-plugins")]
    (config / "config.json").write_text(json.dumps({"cliPluginsExtraDirs": plugins}))
    slot = Slot(layout(), f"outer-{os.getpid()}", assets=assets)
    slot.roots.make(slot.data)
    slot.boot()
    try:
        slot.wait_ready()
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "DOCKER_CONFIG": str(config),
            "DOCKER_HOST": f"unix://{slot.socket}",
            "SLIPWAY_SECRET_KEY": "a-secret-for-one-test-run-only-0123456789abcdef",
            "SLIPWAY_DATABASE_PASSWORD": "a-password-for-one-test-run",
            "SLIPWAY_REDIS_IMAGE": "slipway/stand-in",
            "SLIPWAY_POSTGRES_IMAGE": "slipway/stand-in",
        }
        yield Machine(slot, folder, environment)
    finally:
        slot.kill()
        shutil.rmtree(slot.directory, ignore_errors=True)


def load_base(found: Machine) -> None:
    """The offline Python image."""
    slim = next(image for image in images(IMAGES) if image.name == PYTHON)
    archive = source.assembled(layout(), slim)
    assert archive is not None
    found.docker("load", "--quiet", "--input", archive.file)
    archive.file.unlink()


def load_stand_in(found: Machine) -> None:
    found.docker("import", make_stand_in(found.folder), "slipway/stand-in")


def make_stand_in(folder: Path) -> Path:
    """A root file system with Redis and PostgreSQL, as a tar file in `folder`."""
    rootfs = folder / "stand-in.tar"
    hooks = [f"--customize-hook={one}" for one in CUSTOMIZE]
    script = folder / "start-postgres"
    script.write_text(START_POSTGRES)
    upload = f"--customize-hook=upload {script} /usr/local/bin/start-postgres"
    include = "--include=redis-server,postgresql-15"
    command = ["mmdebstrap", "--quiet", "--variant=minbase", include, *hooks, upload, "bookworm", str(rootfs)]
    subprocess.run(command, check=True, capture_output=True)
    script.unlink()
    return rootfs


def wheels(found: Machine) -> Path:
    """What the images' Python packages are installed from without a network."""
    folder = found.folder / "wheels"
    lock = PROJECT / "requirements/run.txt"
    command = ["-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps", "-r", str(lock), "-d", str(folder)]
    subprocess.run([sys.executable, *command], check=True)
    return folder


def build(found: Machine, targets: Sequence[str]) -> None:
    offline = ("--build-context", f"wheels={wheels(found)}", "--build-arg", "PIP_NO_INDEX=1", "--network", "none")
    base = ("--build-arg", f"SLIPWAY_PYTHON_IMAGE={PYTHON}")
    for target in targets:
        found.docker("buildx", "build", *offline, *base, "--target", target, "--tag", f"slipway/{target}", PROJECT)


def fill_stock(found: Machine) -> None:
    """The volume as the `images` service would have left it, from this installation's own set-up."""
    found.docker("volume", "create", "slipway_stock")
    volume = found.slot.root / "var/lib/docker/volumes/slipway_stock/_data"
    for name in STOCK:
        subprocess.run(["cp", "-a", layout().var / name, volume / name], check=True)
