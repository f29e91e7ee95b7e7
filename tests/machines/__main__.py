"""`python -m tests.machines [SUITE…]`: a machine per suite is made, booted and tried; prints a table.

`--keep`: take the disks of an earlier run as they are. `--only WORDS`: boots whose name has these words.
Exit 0 when every case of every machine is as it must be.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from dataclasses import dataclass

from sandbox.engine.provision.tree import SETTING as ENGINE
from tests.machines import disk, place, registry, tree
from tests.machines.asking import Differs
from tests.machines.cases import BOOTS, Boot
from tests.machines.guest import booted


@dataclass(frozen=True, slots=True)
class Row:
    suite: str
    boot: str
    case: str
    right: bool
    seconds: float
    said: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", default=list(place.SUITES), choices=[*place.SUITES, []])
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    place.install_tools()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that guests and their files go
    rows: list[Row] = []
    for suite in options.suites or place.SUITES:
        rows += [] if options.keep and place.disk(suite).exists() else [_made(suite)]
        if all(row.right for row in rows if row.suite == suite):
            for boot in BOOTS:
                rows += _tried(suite, boot) if options.only in boot.name and suite in boot.suites else []
    _print(rows)
    return 0 if all(row.right for row in rows) else 1


def _made(suite: str) -> Row:
    """Tree, set-up at this machine's own speed, disk."""
    begun, log = time.monotonic(), place.log(suite)
    if not place.tree(suite).exists():
        tree.make(suite, log)
    tree.clone(place.tree(suite))
    code = tree.enter(place.tree(suite), f"cd /{tree.CLONE} && {ENGINE}={place.ENGINES[suite]} make setup", log)
    if code == 0:
        if "docker-registry" in tree.DOCKER[suite]:
            registry.fill(suite, log)
        disk.make(suite, log)
    said = f"natively; see {log}" if code == 0 else f"set-up ended with {code}; see {log}"
    return _say(Row(suite, "native", "make setup", code == 0, time.monotonic() - begun, said))


def _tried(suite: str, boot: Boot) -> list[Row]:
    begun, rows = time.monotonic(), list[Row]()
    try:
        with booted(f"{suite}-{os.getpid()}", suite, boot.hardware) as guest:
            rows.append(_say(Row(suite, boot.name, "boot", True, time.monotonic() - begun, "")))
            for case in boot.cases:
                began = time.monotonic()
                try:
                    right, said = True, case(guest)
                except Differs as error:
                    right, said = False, str(error)
                name = case.__name__.replace("_", " ")
                rows.append(_say(Row(suite, boot.name, name, right, time.monotonic() - began, said)))
    except RuntimeError as error:
        rows.append(_say(Row(suite, boot.name, "boot", False, time.monotonic() - begun, str(error))))
    return rows


def _say(row: Row) -> Row:
    print(_line(row), flush=True)
    return row


def _line(row: Row) -> str:
    sign = "✓" if row.right else "✕"
    return f"{sign} {row.suite:<9} {row.boot:<24} {row.case:<20} {row.seconds:>6.0f} s  {row.said}"


def _print(rows: list[Row]) -> None:
    """The whole once more, and what emulation leaves out."""
    print("\nMachines, emulated by qemu where the processor's virtualisation cannot be used; set-up ran natively.\n")
    for row in rows:
        print(_line(row))
    print(f"\n{sum(row.right for row in rows)} passed, {sum(not row.right for row in rows)} failed")


if __name__ == "__main__":
    sys.exit(main())
