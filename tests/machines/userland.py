"""`python -m tests.machines.userland [SUITE…]`: set-up and tests in another Debian's userland, at full speed.

The suite's own Python, tools and libraries on this machine's kernel: what a new release breaks shows in minutes.
Tests that need an engine or a browser are left out; guests try those. `--fresh` makes the tree anew.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.machines import place, tree

PACKAGES = ("ca-certificates", "debian-archive-keyring", "git", "iproute2", "make", "procps", "python3", "python3-venv")
IN = f"cd /{tree.CLONE} &&"
TESTS = "not engine and not prove and not browser"
STEPS = {
    "python": "python3 --version",
    "set-up": f"{IN} make setup",
    "static checks": f"{IN} .venv/bin/ruff check --quiet && .venv/bin/mypy --no-error-summary .",
    "tests": f"{IN} .venv/bin/python -m pytest -q -n 2 -m '{TESTS}' -p no:cacheprovider",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", default=list(place.SUITES))
    parser.add_argument("--fresh", action="store_true")
    options = parser.parse_args()
    return 1 if [suite for suite in options.suites if not _holds(suite, fresh=options.fresh)] else 0


def _holds(suite: str, *, fresh: bool) -> bool:
    """Every step in the suite's userland, up to the first that fails."""
    userland = place.userland(suite)
    if fresh or not userland.exists():
        log = place.log(f"userland-{suite}")
        tree.assemble(userland, suite, "minbase", PACKAGES, log)
    tree.clone(userland)
    for name, command in STEPS.items():
        begun = time.monotonic()
        code = tree.enter(userland, command)
        seconds = time.monotonic() - begun
        print(f"  userland  {suite}: {name}: {'failed' if code else 'passed'} in {seconds:.0f} s", flush=True)
        if code:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
