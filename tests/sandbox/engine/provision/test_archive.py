from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

from sandbox.engine.provision.archive import Chains, LayerFile, write, write_on
from tests.sandbox.engine.provision.tiny import digest_of, tar_of

LOWER, UPPER = tar_of({"a": "lower"}), tar_of({"b": "upper"})


def contents(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as archive:
        return {m.name: stream.read() for m in archive if (stream := archive.extractfile(m)) is not None}


def image(file: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    """(manifest entry, configuration, all files)"""
    files = contents(file)
    (entry,) = json.loads(files["manifest.json"])
    return entry, json.loads(files[entry["Config"]]), files


def layer(folder: Path, name: str, body: bytes) -> LayerFile:
    (folder / name).write_bytes(body)
    return LayerFile(folder / name, f"made {name}")


def test_an_image_of_two_layers(tmp_path: Path) -> None:
    layers = [layer(tmp_path, "lower", LOWER), layer(tmp_path, "upper", UPPER)]
    write(tmp_path / "image.tar", "debian:12-slim", layers, {"Env": ["PATH=/bin"], "Cmd": ["bash"]})
    entry, config, files = image(tmp_path / "image.tar")
    assert entry["RepoTags"] == ["debian:12-slim"]
    assert [files[name] for name in entry["Layers"]] == [LOWER, UPPER]
    assert config["rootfs"] == {"type": "layers", "diff_ids": [digest_of(LOWER), digest_of(UPPER)]}
    assert [step["created_by"] for step in config["history"]] == ["made lower", "made upper"]
    assert config["config"] == {"Env": ["PATH=/bin"], "Cmd": ["bash"]}
    assert f"sha256:{entry['Config']}" == f"{digest_of(files[entry['Config']])}.json"


def test_a_configuration_grows_and_is_otherwise_kept(tmp_path: Path) -> None:
    base = {
        "os": "linux",
        "unknown": {"to": "us"},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(LOWER)]},
        "history": [{"created_by": "FROM"}],
    }
    below = layer(tmp_path, "lower", LOWER).tar
    write_on(tmp_path / "image.tar", "a:1", base, [below], [layer(tmp_path, "upper", UPPER)])
    _, config, _ = image(tmp_path / "image.tar")
    assert config["unknown"] == {"to": "us"}
    assert config["rootfs"]["diff_ids"] == [digest_of(LOWER), digest_of(UPPER)]
    assert [step["created_by"] for step in config["history"]] == ["FROM", "made upper"]
    assert base["history"] == [{"created_by": "FROM"}]


def test_no_half_written_archive_is_left(tmp_path: Path) -> None:
    write(tmp_path / "image.tar", "a:1", [layer(tmp_path, "lower", LOWER)], {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["image.tar", "lower"]


def test_a_layer_that_an_engine_has_is_named_and_not_packed(tmp_path: Path) -> None:
    there: Chains = set()
    lower, upper = layer(tmp_path, "lower", LOWER), layer(tmp_path, "upper", UPPER)
    write(tmp_path / "first.tar", "a:1", [lower], {}, there)
    write(tmp_path / "second.tar", "a:2", [lower, upper], {}, there)
    entry, config, files = image(tmp_path / "second.tar")
    assert len(entry["Layers"]) == len(config["rootfs"]["diff_ids"]) == 2
    assert [name in files for name in entry["Layers"]] == [False, True]


def test_the_same_files_on_other_layers_are_another_layer(tmp_path: Path) -> None:
    there: Chains = set()
    lower, upper = layer(tmp_path, "lower", LOWER), layer(tmp_path, "upper", UPPER)
    write(tmp_path / "first.tar", "a:1", [lower, upper], {}, there)
    write(tmp_path / "second.tar", "a:2", [upper], {}, there)
    entry, _, files = image(tmp_path / "second.tar")
    assert entry["Layers"][0] in files
