"""Which accounts of an image lead to root with a password, or without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.engine.accounts import opened

USERS = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\n"


def layer(place: Path, name: str, passwd: str | None, shadow: str | None = None) -> Path:
    folder = place / name
    (folder / "etc").mkdir(parents=True)
    for file, text in (("passwd", passwd), ("shadow", shadow)):
        if text is not None:
            (folder / "etc" / file).write_text(text)
    return folder


@pytest.mark.parametrize("password", ["*", "!", "!*", "!$6$a$b"])
def test_a_locked_root_is_no_door(tmp_path: Path, password: str) -> None:
    assert opened([layer(tmp_path, "base", USERS, f"root:{password}:19000::::::\n")]) == []


@pytest.mark.parametrize("password", ["", "$6$salt$hash"])
def test_a_password_or_none_at_all_opens_root(tmp_path: Path, password: str) -> None:
    base = layer(tmp_path, "base", USERS, "root:*:19000::::::\n")
    assert opened([base, layer(tmp_path, "own", None, f"root:{password}:19000::::::\n")]) == ["root"]


def test_a_second_account_with_uid_0_counts(tmp_path: Path) -> None:
    assert opened([layer(tmp_path, "base", USERS + "toor::0:0::/root:/bin/sh\n", "root:*:1::::::\n")]) == ["toor"]


def test_files_that_are_links_or_missing_say_nothing(tmp_path: Path) -> None:
    folder = layer(tmp_path, "base", None)
    (folder / "etc/passwd").symlink_to("/etc/passwd")
    assert opened([folder, layer(tmp_path, "top", None)]) == []
