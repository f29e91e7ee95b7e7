"""The command without an engine: what it refuses, and that a failure of ours proves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def no_engine(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"
    settings.SANDBOX_SOCKET = tmp_path / "none.sock"


@pytest.mark.parametrize("arguments", [("no-such-lab",), ("non-root", "--repeat", "0")])
def test_what_cannot_be_proven_is_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as ended:
        call_command("labs", "test", *arguments)
    assert ended.value.returncode == 2


def test_an_engine_that_cannot_run_is_3() -> None:
    with pytest.raises(CommandError, match="nothing is proven") as ended:
        call_command("labs", "test", "non-root")
    assert ended.value.returncode == 3
