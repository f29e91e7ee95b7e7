"""A supervisor of one's own: links to the installation's `var/` for what is only read, everything else its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox import door
from sandbox.engine.home import home
from sandbox.engine.lifetime import end_with_parent
from sandbox.engine.paths import PROJECT, Layout, layout
from sandbox.engine.slot import ASSETS
from tests.mutations.mutation import Edit

READ = ("engine", "packages", "stamps")
START_SECONDS = 180.0  # with a golden data root to make; otherwise about three
END_SECONDS = 20.0
# A golden data root that was made with its setting off takes half a minute: once a run is enough.
_keeper = tempfile.TemporaryDirectory(prefix="slipway-golden-")
_kept = Path(_keeper.name)


@contextmanager
def supervisor(edits: Sequence[Edit] = (), switches: Sequence[str] = (), *, golden: bool = False) -> Iterator[Path]:
    """The control socket of a supervisor with one slot, once that is free or broken; all is ended afterwards.

    `golden`: its data root is made with `edits` in force, by the first that asks for it, and kept for the others.
    """
    with tempfile.TemporaryDirectory(prefix="slipway-mutation-") as work:
        made = _kept / "golden"
        place = _var(Path(work) / "var", (made if golden else layout().golden.parent).resolve())
        assets = _assets(Path(work) / "assets", edits)
        command = ["unshare", "--net", "--", sys.executable, "-m", "tests.mutations.serve"]
        command += ["--var", str(place.var), "--assets", str(assets)]
        command += [word for name in switches for word in ("--switch", name)]
        command += ["--golden"] * (golden and not made.exists())
        log = Path(work) / "log"
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                preexec_fn=end_with_parent,  # noqa: PLW1509  # one system call, safe between threads
            )
        try:
            _wait(place.control, process, log)
            if "--golden" in command:
                shutil.move(place.golden.parent, made)
                place.golden.parent.symlink_to(made)
            yield place.control
        finally:
            _end(process, place)


def _var(var: Path, golden: Path) -> Layout:
    var.mkdir()
    for name in READ:
        (var / name).symlink_to(layout().var.resolve() / name)
    (var / "images").mkdir()  # archives are put together there
    for file in layout().images.resolve().iterdir():
        (var / "images" / file.name).symlink_to(file)
    if golden.exists():
        (var / "golden").symlink_to(golden)
    return Layout(var)


def _assets(folder: Path, edits: Sequence[Edit]) -> Path:
    shutil.copytree(ASSETS, folder)
    for edit in edits:
        file = folder / edit.file
        text = file.read_text()
        assert text.count(edit.old) == 1, f"{edit.file} holds {text.count(edit.old)} times {edit.old!r}"
        file.write_text(text.replace(edit.old, edit.new))
    return folder


def state(control: Path) -> dict[str, Any]:
    """{"name", "state", "detail"} of the one slot; {} when nobody answers."""
    answer = door.status(control)
    return dict(answer["slots"][0]) if answer else {}


def _wait(control: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while state(control).get("state") not in {"free", "broken"}:
        assert process.poll() is None and time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes], place: Layout) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    group = home(place.name)
    group.kill()
    group.remove()
    shutil.rmtree(place.runtime, ignore_errors=True)
