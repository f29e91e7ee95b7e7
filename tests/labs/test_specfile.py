from __future__ import annotations

import pytest

from labs.errors import SpecError
from labs.specfile import limits
from sandbox.limits import DEFAULT, Limits
from tests.labs.tiny import lab


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 3", "version = 3\nauthor = 'me'", r"lab.toml(:\d+)?: author: unknown key"),
        ("version = 3", "version = '3'", r"lab.toml(:\d+)?: version: "),
        ("version = 3", "version = ", r"lab.toml(:\d+)?: this is not TOML"),
        ('title = "Tiny"\n', "", r"lab.toml(:\d+)?: title: this key is missing"),
        ('summary = "A lab for tests."', 'summary = ""', r"lab.toml(:\d+)?: summary: this text is empty"),
        ('"One?", ', "", r"lab.toml(:\d+)?: hints: write three hints"),
        ('kind = "start"\n', 'kind = "start"\nprt = 80\n', r"lab.toml(:\d+)?: experiment\[2\].prt: unknown key"),
        ('path = "/notes"\nbody', 'path = "notes"\nbody', r"lab.toml(:\d+)?: experiment\[2\].request\[1\].path: "),
        ("points = 3", "point = 3", r"lab.toml(:\d+)?: check\[3\].point"),
        ("points = 3", "points = -3", r"lab.toml(:\d+)?: check\[3\].points: "),
        ("required = false", 'required = "no"', r"lab.toml(:\d+)?: check\[4\].required: "),
        ('"entrypoint.sh"', '"../entrypoint.sh"', r"lab.toml(:\d+)?: extra_files\[1\]: "),
        ("start_seconds = 5", "start_second = 5", r"lab.toml(:\d+)?: limits.start_second: unknown limit"),
        ("start_seconds = 5", "start_seconds = 31", r"lab.toml(:\d+)?: limits.start_seconds: .* at most 30"),
        ("start_seconds = 5", "start_seconds = 0", r"lab.toml(:\d+)?: limits.start_seconds: "),
        ("start_seconds = 5", "run_pids = 1.5", r"lab.toml(:\d+)?: limits.run_pids: write a whole number"),
    ],
)
def test_a_slip_is_told_with_its_key_and_the_fix(old: str, new: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        lab(old, new)


def test_a_lab_without_limits_has_the_defaults() -> None:
    assert limits({}) == DEFAULT


def test_a_lab_can_lower_a_limit_and_raise_one_to_the_ceiling() -> None:
    assert limits({"run_pids": 20, "build_seconds": 300}) == Limits(run_pids=20, build_seconds=300)


def test_a_limit_without_headroom_cannot_be_raised_at_all() -> None:
    with pytest.raises(SpecError, match=r"limits\.log_bytes"):
        limits({"log_bytes": DEFAULT.log_bytes + 1})
