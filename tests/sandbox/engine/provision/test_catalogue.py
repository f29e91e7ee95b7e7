from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.engine.provision import all as engine
from sandbox.engine.provision import recipes
from sandbox.engine.provision.catalogue import Image, Packages, images, packages
from sandbox.engine.provision.parts import PartFailed

DIGEST = f"sha256:{'a' * 64}"
PACKAGES = '[deb]\nsuite = "bookworm"\nnames = ["curl"]\n[pip]\nrequirements = ["flask==3.0.3"]\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.toml"


def test_an_image_is_read_with_its_defaults(file: Path) -> None:
    file.write_text(
        f'[[image]]\nname = "debian:12-slim"\nupstream_digest = "{DIGEST}"\ncmd = ["bash"]\nmoving = true\n'
    )
    assert images(file) == [Image("debian:12-slim", upstream_digest=DIGEST, cmd=("bash",), moving=True)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[image]]\nname = "a:1"\nrecipy = "debian"\n', "image a:1: unknown key recipy"),
        ('[[images]]\nname = "a:1"\n', "unknown key images"),
        ('[[image]]\nrecipe = "debian"\n', "named with its tag"),
        ('[[image]]\nname = "debian"\n', "named with its tag"),
        ('[[image]]\nname = "De bian:12"\n', "named with its tag"),
        ('[[image]]\nname = "a:1"\nmoving = "yes"\n', "moving is of the wrong kind"),
        ('[[image]]\nname = "a:1"\ncmd = "bash"\n', "cmd is of the wrong kind"),
        ('[[image]]\nname = "a:1"\nupstream_digest = "sha256:abc"\n', "64 hexadecimal"),
        ('[[image]]\nname = "a:1"\n[[image]]\nname = "a:1"\n', "a:1 stands there twice"),
        ('[[image]]\nname = "a:1"\nsame_as = "b:1"\n', "does not stand above it"),
        ("[[image", "cannot be read"),
    ],
)
def test_a_slip_in_the_catalogue_is_heard(file: Path, text: str, why: str) -> None:
    file.write_text(text)
    with pytest.raises(PartFailed, match=why):
        images(file)


def test_packages_are_read(file: Path) -> None:
    file.write_text(PACKAGES)
    assert packages(file) == Packages("bookworm", ("curl",), ("flask==3.0.3",))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("names", "name", "deb: unknown key name"),
        ('suite = "bookworm"\n', "", "'suite' is missing"),
        ("[pip]", "[x]", "x"),
    ],
)
def test_a_slip_in_the_package_list_is_heard(file: Path, old: str, new: str, why: str) -> None:
    file.write_text(PACKAGES.replace(old, new))
    with pytest.raises(PartFailed, match=why):
        packages(file)


def test_older_and_exact_versions_may_be_left_out(file: Path) -> None:
    file.write_text(PACKAGES.replace('["curl"]', '["curl"]\nolder = ["curl"]') + 'exact = ["flask==1.0"]\n')
    found = packages(file)
    assert (found.older, found.exact) == (("curl",), ("flask==1.0",))


def test_how_an_image_is_run_stands_in_its_configuration() -> None:
    image = Image("a:1", cmd=("b",), user="65532", ports=("80/tcp",), volumes=("/data",), stop_signal="SIGQUIT")
    assert image.config == {
        "Cmd": ["b"],
        "User": "65532",
        "StopSignal": "SIGQUIT",
        "Volumes": {"/data": {}},
        "ExposedPorts": {"80/tcp": {}},
        "WorkingDir": "/",
    }


def test_every_recipe_of_the_catalogue_exists() -> None:
    assert {image.recipe for image in images(engine.IMAGES) if image.recipe} <= recipes.IMAGES.keys()


def test_what_is_shipped_can_be_read() -> None:
    assert {"debian:12-slim", "python:3.11-slim"} <= {image.name for image in images(engine.IMAGES)}
    assert packages(engine.PACKAGES).suite
