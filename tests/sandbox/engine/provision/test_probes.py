from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.engine.paths import layout
from sandbox.engine.probes import calls
from sandbox.engine.provision import probes
from sandbox.engine.provision.parts import PartFailed

MADE = layout().tree / probes.FOLDER / "syscalls"


@pytest.mark.skipif(not MADE.exists(), reason="the slots were not set up on this machine")
def test_the_probe_that_was_made_is_a_static_program_with_its_results_where_they_are_read() -> None:
    probes.verify(MADE)
    program = MADE.read_bytes()
    start = int.from_bytes(program[32:40], "little")  # of the program headers: 56 bytes each
    headers = [program[at : at + 56] for at in range(start, start + 56 * program[56], 56)]
    loaded = [(int.from_bytes(h[16:24], "little"), int.from_bytes(h[40:48], "little")) for h in headers if h[0] == 1]
    assert (calls.ADDRESS, calls.BYTES) in loaded
    assert all(h[0] != 3 for h in headers)  # no interpreter: it is loaded as it is


@pytest.mark.parametrize(
    "body", [b"", b"#!/bin/sh\n" * 500, b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\x00\x3e\x00" * 500]
)
def test_anything_else_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "program").write_bytes(body)
    with pytest.raises(PartFailed):
        probes.verify(tmp_path / "program")


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match="lacks gcc-12"):
        probes._deb(layout(tmp_path), "gcc-12")
