"""The engine's parts of the set-up, as one list; `config.setup` adds the Python and front-end packages."""

from __future__ import annotations

import inspect
from functools import partial
from pathlib import Path
from types import ModuleType

from sandbox.engine import dataroot, trials
from sandbox.engine.paths import PROJECT, Layout
from sandbox.engine.probes import calls
from sandbox.engine.provision import (
    advisories,
    archive,
    catalogue,
    compilers,
    contents,
    debian,
    distroless,
    features,
    golden,
    index,
    older,
    passing,
    probes,
    programs,
    pull,
    python_slim,
    recipes,
    servers,
    source,
    stack,
    tomorrow,
    tools,
    tree,
)
from sandbox.engine.provision import registry as registries
from sandbox.engine.provision.parts import Part

IMAGES = PROJECT / "labs" / "images.toml"
PACKAGES = PROJECT / "labs" / "packages.toml"


GOLDEN = "golden data root"
ADVISORIES = "known advisories"
# That each part takes on two cores while two others are made, for estimates and to begin with the longest way.
SECONDS = {
    "engine tree": 25.0,
    "debian:12-slim": 20.0,
    "debian packages": 22.0,
    "python packages for learners": 15.0,
    "libraries": 9.0,
    "python": 11.0,
    "older-libraries": 8.0,
    "build-tools": 20.0,
    "gcc-itself": 3.0,
    "learners-tools": 11.0,
    "nginx": 6.0,
    "docker-registry": 10.0,
    "static": 2.0,
    "static-python": 4.0,
    GOLDEN: 20.0,
}


def parts(layout: Layout, python: Path, order: tuple[str, ...] = ()) -> list[Part]:
    """`python` is an interpreter with pip, ready once the parts named in `order` are made.

    PartFailed: a setting has a value that it cannot have.
    """
    images, packages = catalogue.images(IMAGES), catalogue.packages(PACKAGES)
    index_dir, registry, suite = layout.packages, source.setting(), tree.suite()
    return [
        Part(
            "engine tree",
            partial(tree.make, layout, suite),
            (layout.tree / "usr/sbin/dockerd", layout.tree / "usr/bin/valkey-server"),
            (suite, *_source(tree)),
            seconds=SECONDS["engine tree"],
        ),
        Part(
            "debian:12-slim",
            partial(debian.make_rootfs, layout),
            (debian.rootfs(layout),),
            (debian.VERSION,),
            seconds=SECONDS["debian:12-slim"],
        ),
        Part(
            "debian packages",
            partial(index.make_debian, layout, packages),
            (index_dir / "debian" / "Release",),
            (
                *packages.deb,
                *packages.older,
                packages.suite,
                *sorted(recipes.packages()),
                index.VERSION,
                *_source(older),
            ),
            seconds=SECONDS["debian packages"],
        ),
        Part(
            "python packages for learners",
            partial(index.make_wheels, layout, packages, python),
            (index_dir / "simple" / "index.html", index_dir / "tomorrow" / "simple" / "index.html"),
            (*packages.pip, *packages.exact, index.VERSION, *_source(tomorrow)),
            order=order,
            seconds=SECONDS["python packages for learners"],
        ),
        *(_layer(layout, python, name, order) for name in recipes.LAYERS),
        Part(
            ADVISORIES,
            partial(advisories.make, layout),
            (advisories.file(layout),),
            (*_source(advisories, contents, older), advisories.FILE.read_text()),
            after=("debian packages", "python packages for learners"),
            seconds=8.0,
        ),
        Part(
            "seccomp probe",
            partial(probes.make, layout),
            (layout.tree / probes.FOLDER / "syscalls", layout.tree / probes.FOLDER / "userns"),
            (*_source(probes, calls), probes.SOURCE.read_text(), probes.USERNS.read_text()),
            after=("engine tree", "debian:12-slim", "debian packages"),
        ),
        Part(
            GOLDEN,
            partial(golden.make, layout, images, registry),
            (layout.golden, layout.stock),
            (
                *_source(golden, contents, passing, source, pull, registries, archive, debian, recipes),
                *_source(dataroot, features, trials, programs),
                IMAGES.read_text(),
                registry,
            ),
            after=(
                "engine tree",
                "seccomp probe",  # no container starts without its neighbour `userns`
                "debian:12-slim",
                "debian packages",
                "python packages for learners",
                ADVISORIES,
                *recipes.LAYERS,
            ),
            seconds=SECONDS[GOLDEN],
        ),
    ]


def _layer(layout: Layout, python: Path, name: str, order: tuple[str, ...]) -> Part:
    layer = recipes.LAYERS[name]
    below = ("debian:12-slim" if lower == debian.LAYER else lower for lower in layer.below)
    return Part(
        name,
        partial(recipes.make, layout, python, name),
        (stack.tar_of(layout, name),),
        (*_source(stack, python_slim, tools, servers, distroless), *_assets(), *_own(name)),
        after=(*below, "debian packages", *layer.needs),
        order=order,
        seconds=SECONDS[name],
    )


def _own(name: str) -> tuple[str, ...]:
    """What makes this layer alone."""
    return _source(compilers) if name == "gcc-itself" else ()


def _assets() -> tuple[str, ...]:
    return tuple(file.read_text() for file in sorted(servers.ASSETS.rglob("*")) if file.is_file())


def _source(*modules: ModuleType) -> tuple[str, ...]:
    """A part is made again when the code that makes it changed."""
    return tuple(inspect.getsource(module) for module in modules)
