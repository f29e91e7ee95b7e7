"""The offline recipes: which layers make which catalogue image, and how each layer comes about.

Images share a layer only where all layers below are the same too, so the order of each stack is chosen to keep the
golden data root small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import compilers, debian, distroless, python_slim, servers, stack, tools

Change = Callable[[Layout, Path, Path, Path], None]  # installation, Python with pip, the image's root, log


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: what is below it, what it does there, and the packages of the index that it takes."""

    below: tuple[str, ...]
    change: Change
    packages: tuple[str, ...]
    created_by: str  # as the image's history says it
    needs: tuple[str, ...] = ()  # other parts of the set-up


# Libraries of the Python images that the suite's security updates touch most: each is here in both versions.
OLDER = ("libexpat1", "liblzma5", "libssl3", "openssl")


def _installed(names: tuple[str, ...]) -> Change:
    return lambda layout, python, root, log: stack.install(layout, root, names, log)


LAYERS: Mapping[str, Layer] = {
    "libraries": Layer(
        ("debian",),
        _installed(python_slim.LIBRARIES),
        python_slim.LIBRARIES,
        "RUN apt-get install libraries # assembled",
    ),
    "python": Layer(
        ("debian", "libraries"),
        python_slim.change,
        python_slim.SOURCES,
        "RUN install python 3.11 # assembled",
    ),
    "older-libraries": Layer(
        ("debian", "libraries", "python"),
        lambda layout, python, root, log: stack.install(layout, root, OLDER, log, suite_only=True),
        OLDER,
        "RUN as the suite was released # assembled",
    ),
    "build-tools": Layer(
        ("debian", "libraries"),
        _installed(tools.BUILD),
        tools.BUILD,
        "RUN apt-get install compilers and headers # assembled",
    ),
    "gcc-itself": Layer(
        (),  # files alone: it needs nothing of what is below
        lambda layout, python, root, log: compilers.place(layout, root, log),
        (*tools.COMPILER, *tools.STARTS),
        "COPY gcc /usr/local # assembled",
    ),
    "learners-tools": Layer(
        ("debian", "libraries", "python"),
        lambda layout, python, root, log: tools.install_learners(layout, root, log),
        tools.LEARNERS,
        "RUN apt-get install tools for scripts, cosign # assembled",
        needs=("engine tree",),
    ),
    "nginx": Layer(
        ("debian",),
        lambda layout, python, root, log: servers.install_nginx(layout, root, log),
        servers.NGINX,
        "RUN apt-get install nginx # assembled",
    ),
    "docker-registry": Layer(
        ("debian",),
        lambda layout, python, root, log: servers.install_registry(layout, root, log),
        servers.REGISTRY,
        "RUN apt-get install docker-registry # assembled",
    ),
    "static": Layer(
        (),
        lambda layout, python, root, log: distroless.make_static(layout, root, log),
        distroless.STATIC,
        "COPY static # assembled",
    ),
    "static-python": Layer(
        ("static",),
        lambda layout, python, root, log: distroless.add_python(layout, root, log),
        distroless.PYTHON,
        "COPY python3.11 # assembled",
    ),
}

# Recipe → its layers, lowest first. The settings of the package index come on top, where the image has a manager.
IMAGES: Mapping[str, tuple[str, ...]] = {
    "debian": ("debian",),
    "python-slim": ("debian", "libraries", "python"),
    "python-slim-older": ("debian", "libraries", "python", "older-libraries"),
    "python": ("debian", "libraries", "build-tools", "python"),
    "gcc": ("debian", "libraries", "build-tools", "gcc-itself"),
    "tools": ("debian", "libraries", "python", "learners-tools"),
    "nginx": ("debian", "nginx"),
    "registry": ("debian", "docker-registry"),
    "distroless-static": ("static",),
    "distroless-python": ("static", "static-python"),
}
BARE = frozenset({"registry", "distroless-static", "distroless-python"})  # no apt, no pip: nothing to point anywhere
BASE = "ADD rootfs.tar / # assembled from Debian packages"


def packages() -> set[str]:
    """Names of every package that a recipe takes from the index."""
    return {name for layer in LAYERS.values() for name in layer.packages}


def make(layout: Layout, python: Path, name: str) -> None:
    layer = LAYERS[name]
    stack.make(layout, name, layer.below, partial(layer.change, layout, python))


def created_by(name: str) -> str:
    return BASE if name == debian.LAYER else LAYERS[name].created_by
