"""`make test`: the whole platform is started once, then static checks, unit, engine and browser tests, and the labs.

`--prove` is the long rest instead: what is marked `prove`, and every case of every lab five times without a flip.

Exit 0 when all is well. Where no engine can run the rest is tested, and what was left out is said loudly.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox import start
from sandbox.engine.entry import begin
from sandbox.engine.paths import PROJECT, layout

BIN = Path(sys.executable).parent
START_SECONDS = 400.0  # its first start on a new state of the sandbox tries attacks on it
PYTEST = [sys.executable, "-m", "pytest", "-q"]
# Alone: attacks take all that a slot gives, and compare what the machine held before and after.
ATTACKS = "tests/test_hostile.py"
LABS = [sys.executable, "manage.py", "labs", "test"]
QUIZ = [sys.executable, "manage.py", "quiz", "verify"]
STATIC: dict[str, list[str | Path]] = {
    "ruff check": [BIN / "ruff", "check", "--quiet"],
    "ruff format": [BIN / "ruff", "format", "--check", "--quiet"],
    "mypy": [BIN / "mypy", "--no-error-summary", "."],
    "djade": [BIN / "djade", "--target-version", "5.2", "--check", *sorted((PROJECT / "templates").rglob("*.html"))],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
}
MANY = ["-m", "prove or fuzz", "--hypothesis-profile", "prove"]


def main() -> int:
    begin()
    engine = not (layout().var / "no-engine").exists()
    _install_chromium()
    prove, begun, clock = "--prove" in sys.argv[1:], time.monotonic(), time.time()
    with _platform(engine=engine) as environment:
        again = not _core_held_since(clock)
        failed = _prove(environment) if prove else _test(environment, engine=engine, again=again)
    if engine:  # when the platform has ended: the proof starts slots of its own, enough to keep the processors busy
        failed += ["labs"] if _run("labs", [*LABS, *(["--repeat", "5"] if prove else [])], {}) else []
    print(
        f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All well'} in {time.monotonic() - begun:.0f} s", flush=True
    )
    return 1 if failed else 0


def _core_held_since(clock: float) -> bool:
    """The platform's own start tried the core of the attacks just now, through the same door, and contained all."""
    report = layout().stamps / "attacks.json"
    return report.exists() and report.stat().st_mtime >= clock


def _test(environment: dict[str, str], *, engine: bool, again: bool) -> list[str]:
    """The names of what failed. `again`: attacks of the core have to be tried."""
    static = {name: _start(command) for name, command in STATIC.items()}
    together = [*PYTEST, "-n", "2", "-m", "not prove", f"--ignore={ATTACKS}"]
    failed = ["pytest"] if _run("pytest", together, environment) else []
    failed += [name for name, process in static.items() if _ended(name, process)]
    if engine:
        some = [] if again else ["-k", "not test_an_attack_is_contained"]
        failed += ["attacks"] if _run("attacks", [*PYTEST, "-m", "not prove", *some, ATTACKS], environment) else []
        failed += ["quiz"] if _run("quiz", QUIZ, environment) else []
    return failed


def _prove(environment: dict[str, str]) -> list[str]:
    return ["pytest"] if _run("pytest", [*PYTEST, *MANY], environment) else []


def _install_chromium() -> None:
    if shutil.which("chromium") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("  test   installing Debian's Chromium for the browser tests", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *command], check=True, env=quiet, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def _platform(*, engine: bool) -> Iterator[dict[str, str]]:
    """The runner with a database of its own, on a free port; ended afterwards. Without an engine, nothing."""
    if not engine:
        yield {}
        return
    accounts = layout().var / "trial.json"
    accounts.unlink(missing_ok=True)
    start.remove(layout().var)  # of a runner that was killed
    process = subprocess.Popen([sys.executable, "-m", "config.runner", "--trial"], cwd=PROJECT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _is_open(accounts):
            if process.poll() is not None or _has_failed() or time.monotonic() > deadline:
                sys.exit("Slipway did not start, so nothing could be tested; see above and var/log/")
            time.sleep(0.1)
        yield {**os.environ, "SLIPWAY_TRIAL": str(accounts)}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _is_open(accounts: Path) -> bool:
    """The runner has made its accounts, and everything behind the web server was tried."""
    now = start.read(layout().var)
    return accounts.exists() and now is not None and now.stage == start.OPEN


def _has_failed() -> bool:
    now = start.read(layout().var)
    return now is not None and now.stage == start.FAILED


def _start(command: list[str | Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _ended(name: str, process: subprocess.Popen[str]) -> bool:
    said, _ = process.communicate()
    print(
        f"  test   {name}: {'failed' if process.returncode else 'passed'}\n{said if process.returncode else ''}", end=""
    )
    return process.returncode != 0


def _run(name: str, command: list[str], environment: dict[str, str]) -> bool:
    print(f"  test   {name} …", flush=True)
    return subprocess.run(command, cwd=PROJECT, env=environment or None, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
