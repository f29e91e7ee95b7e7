from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.engine.provision.hints import hint
from sandbox.engine.provision.parts import PartFailed, run


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("E: Release file for http://mirror/ is not valid yet (invalid for another 3d).", "clock says"),
        ("SSL: certificate is not yet valid (_ssl.c:1006)", "clock says"),
        ("Temporary failure resolving 'mirror'", "does not reach the network"),
        ("E: Failed to fetch http://mirror/InRelease  Could not connect to 10.0.0.1:3128", "set http_proxy"),
        ("tar: write error: No space left on device", "disk is full"),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend", "Another program is using apt"),
        ("Proxy Authentication Required: 407 from proxy", "Check the proxy"),
        ("W: GPG error: the keyring /usr/share/keyrings/x.gpg does not exist", "debian-archive-keyring"),
        ("E: Unable to locate package mmdebstrap", "package sources"),
    ],
)
def test_what_is_known_is_explained(output: str, words: str) -> None:
    assert words in hint(f"line before\n{output}\nline after")


def test_what_is_not_known_is_left_alone() -> None:
    assert hint("error: something else") == ""


def test_a_failed_program_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PartFailed) as failed:
        run(["sh", "-c", "echo 'No space left on device' >&2; exit 1"], tmp_path / "x.log")
    assert "disk is full" in failed.value.todo
    assert str(failed.value).endswith(failed.value.todo)
