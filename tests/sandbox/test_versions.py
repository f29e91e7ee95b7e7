from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.versions import debian, python

VERSION = st.from_regex(r"(?:[0-9]{1,2}:)?[0-9][0-9a-z.+~]{0,8}(?:-[0-9a-z.+~]{1,6})?", fullmatch=True)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("3.0.20-1~deb12u2", "3.0.22-1~deb12u2"),
        ("3.0.22-1~deb12u1", "3.0.22-1~deb12u2"),
        ("1.6-2.1", "1.6-2.1+deb12u1"),
        ("1.6-2.1+deb12u9", "1.6-2.1+deb12u10"),
        ("1.0~rc1", "1.0"),
        ("1.0", "1.0a"),
        ("9.9", "1:0.1"),
        ("1.2", "1.2-1"),
        ("1a", "1+"),
    ],
)
def test_debian_versions_are_ordered(older: str, newer: str) -> None:
    assert debian(older) < debian(newer)


@pytest.mark.skipif(not shutil.which("dpkg"), reason="compared with dpkg itself")
@settings(max_examples=60, deadline=None)
@given(VERSION, VERSION)
def test_the_order_is_dpkg_s(one: str, other: str) -> None:
    for word, ours in (("lt", debian(one) < debian(other)), ("gt", debian(one) > debian(other))):
        theirs = subprocess.run(
            ["dpkg", "--compare-versions", one, word, other], check=False, stderr=subprocess.DEVNULL
        )
        assert ours == (theirs.returncode == 0)


def test_python_versions_are_ordered_by_their_numbers() -> None:
    assert python("2.2.4") < python("2.2.5") < python("2.2.10") < python("2.10") < python("10")
    assert python("1.0.0") == python("1.0") == python("1")
    assert python("") < python("0.1")
