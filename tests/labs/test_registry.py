"""A check is registered once, under its module's name, and has a test file."""

from __future__ import annotations

from pathlib import Path

import labs.checks
from labs.checks import BY_ID, CHECKS

HELPERS = {
    "__init__",
    "base",
    "breaking",
    "describe",
    "gating",
    "pressing",
    "reaching",
    "rebuilding",
    "registries",
    "signing",
    "syscalling",
}
MODULES = {path.stem for path in Path(labs.checks.__path__[0]).glob("*.py")} - HELPERS


def test_every_module_is_registered_under_its_own_name() -> None:
    assert {check.id.replace("-", "_") for check in CHECKS} == MODULES


def test_no_two_checks_share_an_id() -> None:
    assert len(BY_ID) == len(CHECKS)


def test_every_check_has_a_test_file() -> None:
    tests = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "checks").glob("test_*.py")}
    assert tests >= MODULES
