"""What is said and heard from within a network, here this process's own."""

from __future__ import annotations

import os
import socket
import threading

from sandbox.engine import relaying
from sandbox.engine.reaching import Target


def answering(text: bytes) -> int:
    """A port of this machine's loopback where each text is answered with this one and itself."""
    door = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with door, door.accept()[0] as one:
            heard = b""
            while part := one.recv(100):
                heard += part
            one.sendall(text + heard)

    threading.Thread(target=run, daemon=True).start()
    return int(door.getsockname()[1])


def test_each_answer_is_heard_and_nothing_is_waited_for_twice() -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    ports = [answering(b"one: "), answering(b"two: "), closed.getsockname()[1]]
    closed.close()
    answers = relaying.heard([Target("127.0.0.1", port, "tcp") for port in ports], "LIST", 3.0)
    assert answers == ["one: LIST", "two: LIST", ""]


def test_a_door_that_says_nothing_ends_with_the_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert relaying.heard([Target("127.0.0.1", silent.getsockname()[1], "tcp")], "LIST", 0.2) == [""]


def test_doors_of_the_loopback_alone_are_nobodys() -> None:
    with socket.create_server(("127.0.0.1", 0)) as own, socket.create_server(("0.0.0.0", 0)) as open_to_all:
        found = relaying.listening(os.getpid())
        assert open_to_all.getsockname()[1] in found and own.getsockname()[1] not in found
