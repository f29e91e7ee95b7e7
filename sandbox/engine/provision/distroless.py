"""Distroless-style images out of Debian packages: files without a shell, a package manager or their scripts.

Packages are unpacked, never installed: nothing of an image like this can run a maintainer's script. What is in it
stands in `var/lib/dpkg/status.d`, a file a package, where scanners look for it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import stack
from sandbox.engine.provision.parts import run

STATIC = ("base-files", "ca-certificates", "media-types", "netbase", "tzdata")
PYTHON = (
    "gcc-12-base",
    "libbz2-1.0",
    "libc6",
    "libcom-err2",
    "libcrypt1",
    "libdb5.3",
    "libexpat1",
    "libffi8",
    "libgcc-s1",
    "libgomp1",
    "libgssapi-krb5-2",
    "libk5crypto3",
    "libkeyutils1",
    "libkrb5-3",
    "libkrb5support0",
    "liblzma5",
    "libncursesw6",
    "libnsl2",
    "libpython3.11-minimal",
    "libpython3.11-stdlib",
    "libreadline8",
    "libsqlite3-0",
    "libssl3",
    "libstdc++6",
    "libtinfo6",
    "libtirpc3",
    "libuuid1",
    "python3-distutils",
    "python3.11-minimal",
    "zlib1g",
)
NONROOT = 65532
_ACCOUNTS = {
    "etc/passwd": (
        "root:x:0:0:root:/root:/sbin/nologin\n"
        "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"
        f"nonroot:x:{NONROOT}:{NONROOT}:nonroot:/home/nonroot:/sbin/nologin\n"
    ),
    "etc/group": f"root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:{NONROOT}:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}
_PAPERS = ("man", "locale", "lintian", "info", "bug", "menu")
_CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"


def make_static(layout: Layout, root: Path, log: Path) -> None:
    _unpack(layout, root, STATIC, log)
    for name, text in _ACCOUNTS.items():
        (root / name).write_text(text)
    bundle = root / _CERTIFICATES
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_bytes(b"".join(f.read_bytes() for f in sorted((root / "usr/share/ca-certificates").rglob("*.crt"))))
    shutil.rmtree(root / "usr/share/ca-certificates")
    shutil.rmtree(root / "usr/sbin", ignore_errors=True)  # update-ca-certificates, which is a shell script
    home = root / "home/nonroot"
    home.mkdir(parents=True)
    home.chmod(0o700)
    shutil.chown(home, NONROOT, NONROOT)
    (root / "tmp").chmod(0o1777)


def add_python(layout: Layout, root: Path, log: Path) -> None:
    _unpack(layout, root, PYTHON, log)
    (root / "usr/bin/python3").symlink_to("python3.11")
    (root / "usr/bin/python").symlink_to("python3")


def _unpack(layout: Layout, root: Path, names: tuple[str, ...], log: Path) -> None:
    records = root / "var/lib/dpkg/status.d"
    records.mkdir(parents=True, exist_ok=True)
    for name in names:
        file = stack.deb(layout, name)
        run(["dpkg-deb", "-x", file, root], log)
        control = subprocess.run(["dpkg-deb", "-f", file], capture_output=True, check=True).stdout
        (records / name).write_bytes(control)
        sums = subprocess.run(["dpkg-deb", "--ctrl-tarfile", file], capture_output=True, check=True).stdout
        taken = subprocess.run(["tar", "-xO", "./md5sums"], input=sums, capture_output=True, check=False).stdout
        (records / f"{name}.md5sums").write_bytes(taken)
    for paper in _PAPERS:
        shutil.rmtree(root / "usr/share" / paper, ignore_errors=True)
    for page in (root / "usr/share/doc").glob("*/*"):
        if page.name != "copyright" and not page.is_dir():
            page.unlink()
