from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.engine.probes import calls
from sandbox.syscallnames import NAMES

HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")


def test_no_call_is_there_twice() -> None:
    assert len(calls.BY_NAME) == len(calls.CALLS)


def test_every_call_has_a_name_of_the_kernels() -> None:
    assert {call.syscall for call in calls.CALLS} <= NAMES


@pytest.mark.skipif(not HEADER.exists(), reason="the kernel's headers are not on this machine")
def test_the_numbers_are_the_kernels() -> None:
    known = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text())}
    wrong = {call.name: call.number for call in calls.CALLS if known.get(call.syscall, call.number) != call.number}
    assert wrong == {}


def test_the_table_of_the_source_has_a_row_a_try() -> None:
    text = calls.header()
    assert f"#define TRIES {calls.TRIES}\n" in text
    assert len(re.findall(r"^    \{\d+, \{(?:0x[0-9a-f]+UL(?:, )?){6}\}\},$", text, re.MULTILINE)) == calls.TRIES


def test_an_all_zero_clone3_would_be_a_fork() -> None:
    assert all(arguments[0] == 0 or arguments[1] < 64 for arguments in calls.BY_NAME["clone3"].tries)
