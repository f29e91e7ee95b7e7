from __future__ import annotations

import json
import tarfile

import pytest

from sandbox.engine.paths import Layout
from sandbox.engine.provision import all as engine
from sandbox.engine.provision import debian, source
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed
from tests.sandbox.engine.provision.registries import Small
from tests.sandbox.engine.provision.tiny import digest_of, tar_of, tiny

LAYER = tar_of({"etc/os-release": "tiny"})
IMAGE = tiny(LAYER)


def image(digest: str = "", recipe: str = "debian", name: str = "debian:12-slim") -> Image:
    return Image(name, recipe=recipe, upstream_digest=digest, cmd=("bash",))


def test_without_a_setting_no_registry_is_asked(
    place: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SLIPWAY_REGISTRY", raising=False)
    assert source.pulled(place, [image(IMAGE.digest)], source.setting()) == {}
    assert capsys.readouterr().err == ""


def test_an_image_that_the_registry_has_comes_from_there(place: Layout, registry: Small) -> None:
    registry.hold(IMAGE)
    found = source.pulled(place, [image(IMAGE.digest)], registry.address)
    assert found["debian:12-slim"].source == "registry"
    with tarfile.open(found["debian:12-slim"].file) as archive:
        assert f"{digest_of(LAYER).removeprefix('sha256:')}/layer.tar" in archive.getnames()
    assert "debian:12-slim: layer 1 of 1" in (place.var / "log" / "pull.log").read_text()


def test_an_image_without_a_digest_is_not_asked_for(place: Layout, registry: Small) -> None:
    assert source.pulled(place, [image("")], registry.address) == {}
    assert registry.asked == []


def test_what_the_registry_lacks_is_said_and_the_next_is_asked_for(
    place: Layout, registry: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.hold(IMAGE)
    images = [image(digest_of(b"gone"), name="alpine:3.20"), image(IMAGE.digest)]
    assert list(source.pulled(place, images, registry.address)) == ["debian:12-slim"]
    assert "alpine:3.20 is not taken from" in capsys.readouterr().err


def test_a_registry_out_of_order_is_asked_once(
    place: Layout, registry: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.hold(IMAGE)
    registry.status = 503
    images = [image(IMAGE.digest), image(IMAGE.digest, name="python:3.11-slim")]
    assert source.pulled(place, images, registry.address) == {}
    assert len(registry.asked) == 1
    assert "does not answer" in capsys.readouterr().err


def test_a_wrong_digest_is_not_passed_over(place: Layout, registry: Small) -> None:
    registry.files[IMAGE.digest] = b"{}"
    with pytest.raises(PartFailed, match="digest is"):
        source.pulled(place, [image(IMAGE.digest)], registry.address)


def test_a_recipe_is_assembled_with_the_package_index_on_top(place: Layout) -> None:
    debian.rootfs(place).write_bytes(LAYER)
    made = source.assembled(place, image())
    assert made is not None
    assert made.source == "recipe"
    with tarfile.open(made.file) as archive:
        stream = archive.extractfile("manifest.json")
        assert stream is not None
        assert len(json.load(stream)[0]["Layers"]) == 2


def test_an_image_without_any_source_is_left_out_and_said(place: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert source.assembled(place, image(recipe="")) is None
    assert "debian:12-slim is left out" in capsys.readouterr().err


def test_a_recipe_that_does_not_exist_is_a_failure(place: Layout) -> None:
    with pytest.raises(PartFailed, match="no recipe is called 'alpine'"):
        source.assembled(place, image(recipe="alpine"))


def test_another_registry_makes_the_golden_data_root_anew(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def inputs() -> tuple[str, ...]:
        parts = engine.parts(place, place.var / "python")
        return next(part.inputs for part in parts if part.name == "golden data root")

    monkeypatch.delenv("SLIPWAY_REGISTRY", raising=False)
    without = inputs()
    monkeypatch.setenv("SLIPWAY_REGISTRY", "https://registry.example")
    assert inputs() != without
