"""Asks the engine which Dockerfile features it lacks, by one tiny build each in the golden slot."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.engine.provision import passing
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.slot import Slot

BASE = "debian:12-slim"
FILE = "file.txt"  # the one file in the context of a trial
# By the name that `sandbox.newer` has for the feature: a Dockerfile that builds only where the engine has it.
TRIALS: Mapping[str, str] = {
    "COPY --parents": f"FROM scratch\nCOPY --parents {FILE} /to/\n",
    "RUN --security": f"FROM {BASE}\nRUN --security=sandbox true\n",
    "--exclude": f"FROM scratch\nCOPY --exclude=*.md {FILE} /to/\n",
    "ADD --unpack": f"FROM scratch\nADD --unpack=false {FILE} /to/\n",
    "a space after <<": f"FROM {BASE}\nRUN cat << EOF\ntext\nEOF\n",
    # Engines without it do not refuse the mode, they ignore it: the build has to look.
    "--chmod with letters": f"FROM {BASE}\nCOPY --chmod=u=rw,go= {FILE} /x\nRUN test $(stat -c %a /x) = 600\n",
    "RUN --mount=type=secret,env=": f"FROM {BASE}\nRUN --mount=type=secret,id=none,env=NONE true\n",
}
_FOLDER = "run/trials"  # in the slot
_CONTROL = f"FROM {BASE}\nCOPY {FILE} /\nRUN true\n"


def lacking(slot: Slot) -> list[str]:
    """Return the names of the features whose trial does not build. PartFailed: not even a plain build works."""
    folder = slot.root / _FOLDER
    folder.mkdir()
    (folder / FILE).write_text("text\n")
    if not _builds(slot, folder, "control", _CONTROL):
        raise PartFailed(f"the engine does not build:\n{_CONTROL}")
    lacks = _failing(slot, folder)
    slot.engine.call("POST", "/build/prune?all=true")
    return lacks


def _failing(slot: Slot, folder: Path) -> list[str]:
    with ThreadPoolExecutor(len(TRIALS)) as pool:
        numbers = map(str, range(len(TRIALS)))
        built = pool.map(lambda number, trial: _builds(slot, folder, number, trial), numbers, TRIALS.values())
        return [name for name, fine in zip(TRIALS, built, strict=True) if not fine]


def _builds(slot: Slot, folder: Path, name: str, dockerfile: str) -> bool:
    (folder / f"{name}.Dockerfile").write_text(dockerfile)
    options = ["--provenance=false", "--output=type=cacheonly", f"--file=/{_FOLDER}/{name}.Dockerfile"]
    return passing.client(slot, "buildx", "build", *options, f"/{_FOLDER}").returncode == 0
