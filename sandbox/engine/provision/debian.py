"""`debian:12-slim` assembled from Debian packages: minbase without manuals, as the namesake has it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision.archive import LayerFile
from sandbox.engine.provision.parts import run

SUITE = "bookworm"
LAYER = "debian"
VERSION = "3"
_LEFT_OUT = ("man", "doc", "locale", "info", "lintian", "linda", "groff")

# The layer that every catalogue image carries on top: where packages come from inside a slot.
_INDEX_FILES = {
    "etc/apt/sources.list": "deb [trusted=yes] http://packages.slipway/debian ./\n",
    # Where a namesake from a registry names its sources, which no slot can reach.
    "etc/apt/sources.list.d/debian.sources": "# the package index of this sandbox is in ../sources.list\n",
    "etc/apt/apt.conf.d/90slipway": 'Acquire::Languages "none";\nAPT::Install-Suggests "false";\n'
    'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n',
    # As the namesake has it: a layer that is lost in a crash is built again, so dpkg need not wait for the disk.
    "etc/dpkg/dpkg.cfg.d/docker-apt-speedup": "force-unsafe-io\n",
    "etc/pip.conf": "[global]\nindex-url = http://packages.slipway/simple\n"
    "trusted-host = packages.slipway\ndisable-pip-version-check = true\n",
    "etc/uv/uv.toml": '[[index]]\nurl = "http://packages.slipway/simple"\ndefault = true\n',
}


def make_rootfs(layout: Layout) -> None:
    """`var/images/debian.tar`: the root file system, without devices."""
    log = layout.var / "log" / "debian.log"
    layout.images.mkdir(parents=True, exist_ok=True)
    target = rootfs(layout)
    new = target.with_name("debian.new.tar")
    options = ["--dpkgopt=force-unsafe-io"]
    options += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _LEFT_OUT]
    options.append("--dpkgopt=path-include=/usr/share/doc/*/copyright")
    hooks = ["--customize-hook=rm -f $1/etc/resolv.conf $1/etc/hostname; : > $1/etc/resolv.conf"]
    # Merged /usr from the start: the package that would merge it later brings all of perl along.
    merged = ["--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr", "--include=usr-is-merged"]
    run(["mmdebstrap", "--variant=minbase", "--skip=output/dev", *merged, *options, *hooks, SUITE, new], log)
    new.rename(target)


def rootfs(layout: Layout) -> Path:
    return layout.images / "debian.tar"


def index_layer(layout: Layout) -> LayerFile:
    """The layer that points apt, pip and uv at the slot's package index."""
    target = layout.images / "index.tar"
    with tarfile.open(target, "w") as archive:
        for name, text in sorted(_INDEX_FILES.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text), 0o644
            archive.addfile(entry, io.BytesIO(text.encode()))
    return LayerFile(target, "COPY package index settings # slipway")
