from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.paths import Layout
from sandbox.engine.provision import debian, pull
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.provision.registry import NotAnswering, NotUsable, Registry
from tests.sandbox.engine.provision import registries
from tests.sandbox.engine.provision.registries import Small
from tests.sandbox.engine.provision.tiny import Tiny, digest_of, index_of, tar_of, tiny

NAME = "debian:12-slim"
LOWER, UPPER = tar_of({"etc/os-release": "lower"}), tar_of({"usr/bin/hello": "upper"})


def pulled(address: str, digest: str, place: Layout) -> tuple[dict[str, Any], list[bytes]]:
    """(configuration, layers) as `docker load` would read them from the archive."""
    target = place.images / "image.tar"
    image = Image(NAME, upstream_digest=digest)
    pull.pull(Registry(address), image, [debian.index_layer(place)], target, lambda text: None)
    return read(target)


def read(file: Path) -> tuple[dict[str, Any], list[bytes]]:
    with tarfile.open(file) as archive:
        bodies = {m.name: stream.read() for m in archive if (stream := archive.extractfile(m)) is not None}
    (entry,) = json.loads(bodies["manifest.json"])
    assert entry["RepoTags"] == [NAME]
    assert f"sha256:{entry['Config']}" == f"{digest_of(bodies[entry['Config']])}.json"
    return json.loads(bodies[entry["Config"]]), [bodies[name] for name in entry["Layers"]]


def check(image: Tiny, place: Layout, config: dict[str, Any], layers: list[bytes]) -> None:
    """The image's own layers and configuration, with the package index on top."""
    assert layers[:-1] == [LOWER, UPPER]
    assert layers[-1] == (place.images / "index.tar").read_bytes()
    assert config["rootfs"]["diff_ids"] == [digest_of(layer) for layer in layers]
    assert config["history"][:-1] == image.config["history"]
    assert "package index" in config["history"][-1]["created_by"]
    for key in image.config.keys() - {"rootfs", "history"}:
        assert config[key] == image.config[key]


@pytest.mark.engine
@pytest.mark.skipif(
    not registries.PROGRAM.exists(), reason="left out: no docker-registry: var/engine has not been made here"
)
def test_an_image_comes_from_debians_registry_by_manifest_and_by_index(tmp_path: Path, place: Layout) -> None:
    wanted, other = tiny(LOWER, UPPER), tiny(tar_of({"a": "arm"}), architecture="arm64")
    index = index_of({("linux", "arm64"): other, ("linux", "amd64"): wanted})
    with registries.real(tmp_path) as address:
        for image in (wanted, other):
            registries.push(address, "library/debian", image)
        registries.push_manifest(address, "library/debian", digest_of(index), index)
        for digest in (wanted.digest, digest_of(index)):
            check(wanted, place, *pulled(address, digest, place))
        with pytest.raises(NotUsable, match="404"):
            pulled(address, digest_of(b"never pushed"), place)
        with pytest.raises(NotUsable, match="not that of an image for linux/amd64"):
            pulled(address, other.digest, place)
        assert not list(place.images.glob("pull-*"))


def test_a_layer_that_stands_twice_is_stored_once(registry: Small, place: Layout) -> None:
    image = tiny(LOWER, LOWER)
    registry.hold(image)
    _, layers = pulled(registry.address, image.digest, place)
    assert layers[:2] == [LOWER, LOWER]


def test_a_layer_of_several_gzip_members_is_read_whole(registry: Small, place: Layout) -> None:
    halves = gzip.compress(LOWER[:600]) + gzip.compress(LOWER[600:])
    image = tiny(LOWER, packed=(halves,))
    registry.hold(image)
    _, layers = pulled(registry.address, image.digest, place)
    assert layers[0] == LOWER


def test_a_history_that_does_not_fit_the_layers_is_written_anew(registry: Small, place: Layout) -> None:
    image = tiny(LOWER, UPPER, history=None)
    registry.hold(image)
    config, layers = pulled(registry.address, image.digest, place)
    assert len(config["history"]) == len(layers) == 3


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (tiny(LOWER, kind="application/vnd.oci.image.layer.v1.tar+zstd"), "only gzip"),
        (tiny(LOWER, architecture="arm64"), "not that of an image for linux/amd64"),
        (tiny(LOWER, rootfs={"type": "layers", "diff_ids": ["sha256:abc"]}), "not that of an image"),
        (tiny(LOWER, rootfs={"type": "layers", "diff_ids": []}), "1 layers and a configuration for 0"),
        (tiny(LOWER, rootfs=None), "not an image's"),
    ],
)
def test_what_cannot_be_used_is_said(registry: Small, place: Layout, image: Tiny, why: str) -> None:
    registry.hold(image)
    with pytest.raises(NotUsable, match=why):
        pulled(registry.address, image.digest, place)


@pytest.mark.parametrize(
    "body",
    [
        b"not JSON",
        b"[]",
        b"{}",
        b'{"manifests": []}',
        b'{"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}}]}',
        b'{"config": {"digest": "sha256:../../x", "size": 1}, "layers": []}',
        b'{"schemaVersion": 1, "fsLayers": []}',
    ],
)
def test_what_is_no_manifest_is_not_usable(registry: Small, place: Layout, body: bytes) -> None:
    registry.files[digest_of(body)] = body
    with pytest.raises(NotUsable):
        pulled(registry.address, digest_of(body), place)


def test_an_index_of_an_index_is_not_followed(registry: Small, place: Layout) -> None:
    inner = index_of({("linux", "amd64"): tiny(LOWER)})
    entry = {"digest": digest_of(inner), "size": len(inner), "platform": {"os": "linux", "architecture": "amd64"}}
    outer = json.dumps({"manifests": [entry]}).encode()
    registry.files |= {digest_of(inner): inner, digest_of(outer): outer}
    with pytest.raises(NotUsable):
        pulled(registry.address, digest_of(outer), place)


def test_a_manifest_that_the_index_does_not_name_is_a_failure(registry: Small, place: Layout) -> None:
    image = tiny(LOWER)
    index = index_of({("linux", "amd64"): image})
    registry.files |= {digest_of(index): index, image.digest: tiny(UPPER).manifest}
    with pytest.raises(PartFailed, match="digest is"):
        pulled(registry.address, digest_of(index), place)


def test_a_layer_that_is_another_one_unpacked_is_a_failure(registry: Small, place: Layout) -> None:
    image = tiny(LOWER, packed=(gzip.compress(UPPER),))
    registry.hold(image)
    with pytest.raises(PartFailed, match="unpacks to"):
        pulled(registry.address, image.digest, place)


@pytest.mark.parametrize(
    "packed", [gzip.compress(LOWER)[:-9], b"\x1f\x8bnothing of the kind", b"plain"], ids=["cut", "broken", "plain"]
)
def test_a_layer_that_cannot_be_unpacked_is_a_failure(registry: Small, place: Layout, packed: bytes) -> None:
    image = tiny(LOWER, packed=(packed,))
    registry.hold(image)
    with pytest.raises(PartFailed, match="cannot be unpacked"):
        pulled(registry.address, image.digest, place)


def test_a_layer_that_breaks_off_leaves_no_archive(registry: Small, place: Layout) -> None:
    image = tiny(LOWER, UPPER)
    registry.hold(image)
    registry.cut = frozenset({list(image.blobs)[-1]})
    with pytest.raises(NotAnswering):
        pulled(registry.address, image.digest, place)
    assert sorted(path.name for path in place.images.iterdir()) == ["index.tar"]


def test_a_layer_that_grows_without_end_is_stopped(
    registry: Small, place: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "UNPACKED_BYTES", len(LOWER) + len(UPPER) - 1)
    image = tiny(LOWER, UPPER)
    registry.hold(image)
    with pytest.raises(NotUsable, match="unpacks to more"):
        pulled(registry.address, image.digest, place)


def test_sizes_are_refused_before_anything_is_fetched(
    registry: Small, place: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "PACKED_BYTES", 10)
    image = tiny(LOWER)
    registry.hold(image)
    with pytest.raises(NotUsable, match="larger than"):
        pulled(registry.address, image.digest, place)
    assert len(registry.asked) == 1


@pytest.mark.parametrize(
    ("name", "repository"),
    [("debian:12-slim", "library/debian"), ("a.example/b/c:nonroot", "b/c"), ("grafana/loki:3", "grafana/loki")],
)
def test_one_registry_is_asked_for_all_names(name: str, repository: str) -> None:
    assert pull.repository_of(name) == repository
