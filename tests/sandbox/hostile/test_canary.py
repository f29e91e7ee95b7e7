from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.hostile.canary import ENVIRONMENT, Canaries, planted


@pytest.fixture
def canaries() -> Iterator[Canaries]:
    with planted() as made:
        yield made


def until_told(canaries: Canaries) -> list[str]:
    deadline = time.monotonic() + 5
    while not (told := canaries.complaints("")) and time.monotonic() < deadline:
        time.sleep(0.01)
    return told


def test_nothing_is_said_when_nothing_happened(canaries: Canaries) -> None:
    assert canaries.complaints("a quiet log") == []


def test_a_connection_is_counted_and_told_once(canaries: Canaries) -> None:
    socket.create_connection(("127.0.0.1", int(canaries.values["CANARY_PORT"])), 2).close()
    assert until_told(canaries) == ["a listener outside the sandbox was reached over TCP"]
    assert canaries.complaints("") == []


def test_a_datagram_is_counted(canaries: Canaries) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"x", ("127.0.0.1", int(canaries.values["CANARY_PORT"])))
    assert until_told(canaries) == ["a listener outside the sandbox was reached over UDP"]


def test_a_socket_without_a_file_is_counted(canaries: Canaries) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + canaries.values["ABSTRACT"])
    assert until_told(canaries) == ["a listener outside the sandbox was reached over an abstract Unix socket"]


def test_a_payload_that_ran_here_is_told_once(canaries: Canaries) -> None:
    Path(canaries.values["PWNED"]).touch()
    assert canaries.complaints("") == ["the payload ran outside the sandbox"]
    assert canaries.complaints("") == []


def test_a_file_of_the_machine_that_is_gone_is_told(canaries: Canaries) -> None:
    Path(canaries.values["CANARY_FILE"]).unlink()
    assert canaries.complaints("") == ["a file of the machine was removed"]


def test_a_setting_of_the_machine_that_changed_is_told(canaries: Canaries, tmp_path: Path) -> None:
    setting = tmp_path / "core_pattern"
    setting.write_text("core\n")
    canaries.machine = {setting: "core"}
    assert canaries.complaints("") == []
    setting.write_text("|/attack\n")
    assert canaries.complaints("") == [f"{setting} was 'core' and is '|/attack'"]


def test_the_secrets_are_where_they_would_be_and_go_away_again() -> None:
    with planted() as canaries:
        file = Path(canaries.values["CANARY_FILE"])
        assert file.read_text() == canaries.secrets["a secret of the machine"]
        assert os.environ[ENVIRONMENT] == canaries.secrets["the worker's environment"]
    assert ENVIRONMENT not in os.environ
    assert not file.exists()
