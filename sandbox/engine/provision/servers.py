"""`nginx:` and `registry:2` from Debian's packages, set up as their namesakes are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import stack

NGINX = ("curl", "gettext-base", "nginx-light")
REGISTRY = ("busybox-static", "ca-certificates", "docker-registry")
PROGRAMS = ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin")
ASSETS = Path(__file__).parent / "assets"


def install_nginx(layout: Layout, root: Path, log: Path) -> None:
    """One file of settings a directory, pages below /usr/share/nginx, logs to the container's own output."""
    _add_user(root, "nginx", 101)
    stack.install(layout, root, NGINX, log)
    etc = root / "etc/nginx"
    for name in ("sites-available", "sites-enabled", "snippets", "modules-enabled"):
        shutil.rmtree(etc / name, ignore_errors=True)
    for name in ("access.log", "error.log"):
        (root / "var/log/nginx" / name).unlink(missing_ok=True)
    (root / "var/log/nginx/access.log").symlink_to("/dev/stdout")
    (root / "var/log/nginx/error.log").symlink_to("/dev/stderr")
    shutil.rmtree(root / "var/www")
    (root / "etc/nginx/conf.d").mkdir(exist_ok=True)
    (root / "docker-entrypoint.d").mkdir()
    _copy("nginx", root)
    _runnable(root / "docker-entrypoint.sh", *(root / "docker-entrypoint.d").iterdir())


def install_registry(layout: Layout, root: Path, log: Path) -> None:
    stack.install(layout, root, REGISTRY, log)
    (root / "usr/bin/registry").symlink_to("docker-registry")  # /bin/registry, as scripts and health checks name it
    (root / "var/lib/registry").mkdir(exist_ok=True)
    _link_busybox(root)
    _copy("registry", root)
    _runnable(root / "entrypoint.sh")


def _link_busybox(root: Path) -> None:
    """The programs of Alpine, the base of the namesake, that Debian does not have by that name: `wget`, `nc`, `vi`."""
    listed = subprocess.run([root / "usr/bin/busybox", "--list"], capture_output=True, text=True, check=True)
    for name in listed.stdout.split():
        if not any((root / folder / name).exists() for folder in PROGRAMS):
            (root / "usr/bin" / name).symlink_to("busybox")


def _copy(name: str, root: Path) -> None:
    shutil.copytree(ASSETS / name, root, dirs_exist_ok=True, copy_function=shutil.copyfile)


def _runnable(*files: Path) -> None:
    for file in files:
        file.chmod(0o755)


def _add_user(root: Path, name: str, number: int) -> None:
    lines = {
        "passwd": f"{name}:x:{number}:{number}:{name}:/nonexistent:/bin/false\n",
        "group": f"{name}:x:{number}:\n",
        "shadow": f"{name}:!:19000::::::\n",
        "gshadow": f"{name}:!::\n",
    }
    for file, line in lines.items():
        with (root / "etc" / file).open("a") as stream:
            stream.write(line)
