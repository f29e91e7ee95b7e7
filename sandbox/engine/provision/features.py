"""Asks the engine which Dockerfile features it lacks, by one tiny build each in the golden slot."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.engine.provision import passing
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.slot import Slot
from sandbox.newer import BASE, FEATURES, FILE, Feature

_FOLDER = "run/trials"  # in the slot
_CONTROL = f"FROM {BASE}\nCOPY {FILE} /\nRUN true\n"


def lacking(slot: Slot) -> list[str]:
    """Return the names of the features whose trial does not build. PartFailed: not even a plain build works."""
    folder = slot.root / _FOLDER
    folder.mkdir()
    (folder / FILE).write_text("text\n")
    if not _builds(slot, folder, "control", _CONTROL):
        raise PartFailed(f"the engine does not build:\n{_CONTROL}")
    lacks = _failing(slot, folder, FEATURES)
    slot.engine.call("POST", "/build/prune?all=true")
    return lacks


def _failing(slot: Slot, folder: Path, features: Sequence[Feature]) -> list[str]:
    with ThreadPoolExecutor(len(features)) as pool:
        names = [str(number) for number in range(len(features))]
        built = pool.map(lambda name, feature: _builds(slot, folder, name, feature.trial), names, features)
        return [feature.name for feature, fine in zip(features, built, strict=True) if not fine]


def _builds(slot: Slot, folder: Path, name: str, dockerfile: str) -> bool:
    (folder / f"{name}.Dockerfile").write_text(dockerfile)
    options = ["--provenance=false", "--output=type=cacheonly", f"--file=/{_FOLDER}/{name}.Dockerfile"]
    return passing.client(slot, "buildx", "build", *options, f"/{_FOLDER}").returncode == 0
