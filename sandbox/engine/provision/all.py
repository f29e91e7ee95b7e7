"""The engine's parts of the set-up, as one list; `config.setup` adds the Python and front-end packages."""

from __future__ import annotations

import inspect
from functools import partial
from pathlib import Path
from types import ModuleType

from sandbox.engine import dataroot
from sandbox.engine.paths import PROJECT, Layout
from sandbox.engine.probes import calls
from sandbox.engine.provision import archive, catalogue, debian, golden, index, probes, pull, python_slim, source, tree
from sandbox.engine.provision import registry as registries
from sandbox.engine.provision.parts import Part

IMAGES = PROJECT / "labs" / "images.toml"
PACKAGES = PROJECT / "labs" / "packages.toml"


GOLDEN = "golden data root"


def parts(layout: Layout, python: Path, order: tuple[str, ...] = ()) -> list[Part]:
    """`python` is an interpreter with pip, ready once the parts named in `order` are made."""
    images, packages = catalogue.images(IMAGES), catalogue.packages(PACKAGES)
    index_dir, registry = layout.packages, source.setting()
    return [
        Part("engine tree", partial(tree.make, layout), (layout.tree / "usr/sbin/dockerd",), _source(tree)),
        Part("debian:12-slim", partial(debian.make_rootfs, layout), (debian.rootfs(layout),), (debian.VERSION,)),
        Part(
            "debian packages",
            partial(index.make_debian, layout, packages),
            (index_dir / "debian" / "Release",),
            (*packages.deb, packages.suite, *python_slim.LIBRARIES, *python_slim.SOURCES, index.VERSION),
        ),
        Part(
            "python packages for learners",
            partial(index.make_wheels, layout, packages, python),
            (index_dir / "simple" / "index.html",),
            (*packages.pip, index.VERSION),
            order=order,
        ),
        Part(
            "python:3.11-slim",
            partial(python_slim.make_layer, layout, python),
            (python_slim.layer(layout),),
            _source(python_slim),
            after=("debian:12-slim", "debian packages"),
            order=order,
        ),
        Part(
            "seccomp probe",
            partial(probes.make, layout),
            (layout.tree / probes.FOLDER / "syscalls",),
            (*_source(probes, calls), probes.SOURCE.read_text()),
            after=("engine tree", "debian:12-slim", "debian packages"),
        ),
        Part(
            GOLDEN,
            partial(golden.make, layout, images, registry),
            (layout.golden, layout.stock),
            (
                *_source(golden, source, pull, registries, archive, debian),
                IMAGES.read_text(),
                str(dataroot.DATA_MB),
                str(dataroot.DATA_INODES),
                registry,
            ),
            after=(
                "engine tree",
                "debian:12-slim",
                "debian packages",
                "python:3.11-slim",
                "python packages for learners",
            ),
        ),
    ]


def _source(*modules: ModuleType) -> tuple[str, ...]:
    """A part is made again when the code that makes it changed."""
    return tuple(inspect.getsource(module) for module in modules)
