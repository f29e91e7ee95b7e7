"""Asks the engine which Dockerfile features it lacks, by one tiny build each in the golden slot."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.engine.provision import passing
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.slot import Slot
from sandbox.engine.trials import CONTROL, FILE, TRIALS

_FOLDER = "run/trials"  # in the slot


def lacking(slot: Slot) -> list[str]:
    """Return the names of the features whose trial does not build. PartFailed: not even a plain build works."""
    folder = slot.root / _FOLDER
    folder.mkdir()
    (folder / FILE).write_text("text\n")
    if not _builds(slot, folder, "control", CONTROL):
        raise PartFailed(f"the engine does not build:\n{CONTROL}")
    lacks = _failing(slot, folder, TRIALS)
    slot.engine.call("POST", "/build/prune?all=true")
    return lacks


def _failing(slot: Slot, folder: Path, trials: Mapping[str, str]) -> list[str]:
    with ThreadPoolExecutor(len(trials)) as pool:
        numbers = map(str, range(len(trials)))
        built = pool.map(lambda number, text: _builds(slot, folder, number, text), numbers, trials.values())
        return [name for name, fine in zip(trials, built, strict=True) if not fine]


def _builds(slot: Slot, folder: Path, name: str, dockerfile: str) -> bool:
    (folder / f"{name}.Dockerfile").write_text(dockerfile)
    options = ["--provenance=false", "--output=type=cacheonly", f"--file=/{_FOLDER}/{name}.Dockerfile"]
    return passing.client(slot, "buildx", "build", *options, f"/{_FOLDER}").returncode == 0
