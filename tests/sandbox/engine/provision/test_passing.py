from __future__ import annotations

import json
from pathlib import Path

from sandbox.engine.provision import passing
from sandbox.engine.provision.archive import Chains, LayerFile, write
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.slot import ASSETS
from tests.sandbox.engine.provision.tiny import digest_of, tar_of

LOWER, UPPER = tar_of({"a": "lower"}), tar_of({"b": "upper"})


def test_only_other_hosts_lead_to_the_golden_slot_itself(tmp_path: Path) -> None:
    images = [Image("debian:12-slim"), Image("registry.example/some/image:1")]
    made = passing.assets(ASSETS, tmp_path / "assets", images)
    assert (made / "hosts").read_text() == "127.0.0.1 localhost\n127.0.0.1 registry.example\n"
    assert "/v2/" in (made / "nginx.conf").read_text()
    assert "/v2/" not in (ASSETS / "nginx.conf").read_text()


def test_every_blob_that_a_manifest_names_is_there(tmp_path: Path) -> None:
    layers, there = [], Chains()
    for name, body in (("lower", LOWER), ("upper", UPPER)):
        (tmp_path / name).write_bytes(body)
        layers.append(LayerFile(tmp_path / name, name))
        write(tmp_path / f"{name}.archive", f"some/{name}:1", layers, {}, there)
        passing.offer(tmp_path / "registry", Image(f"some/{name}:1"), tmp_path / f"{name}.archive")
    manifests = tmp_path / "registry/v2/some/upper/manifests"
    text = (manifests / "1").read_bytes()
    assert (manifests / digest_of(text)).read_bytes() == text
    document = json.loads(text)
    assert [layer["digest"] for layer in document["layers"]] == [digest_of(LOWER), digest_of(UPPER)]
    for blob in (document["config"], *document["layers"]):
        body = (tmp_path / "registry/blobs" / blob["digest"]).read_bytes()
        assert (digest_of(body), len(body)) == (blob["digest"], blob["size"])


def test_a_name_of_another_host_has_its_path_alone(tmp_path: Path) -> None:
    (tmp_path / "lower").write_bytes(LOWER)
    write(tmp_path / "archive", "registry.example/some/image:1", [LayerFile(tmp_path / "lower", "lower")], {})
    passing.offer(tmp_path, Image("registry.example/some/image:1"), tmp_path / "archive")
    assert (tmp_path / "v2/some/image/manifests/1").exists()
