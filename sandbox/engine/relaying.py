"""What answers a text that is said from within a container's network, and on which ports something listens there."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from sandbox.engine.reaching import Target, inside

SAID, HEARD = 200, 16 * 1024  # characters that are said, bytes of one answer
_LISTENS = "0A"
_LOOPBACK = ("7F", "00000000000000000000000001000000")  # how 127.0.0.0/8 and ::1 end there


def listening(pid: int) -> list[int]:
    """TCP ports in the network of a process, without those of its loopback alone."""
    ports = set()
    for name in ("tcp", "tcp6"):
        lines = (Path("/proc") / str(pid) / "net" / name).read_text().splitlines()[1:4096]
        for fields in map(str.split, lines):
            address, _, port = fields[1].partition(":")
            if fields[3] == _LISTENS and not address.endswith(_LOOPBACK):
                ports.add(int(port, 16))
    return sorted(ports)


def say(pid: int, targets: Sequence[Target], text: str, seconds: float) -> list[str]:
    """Each target's answer, all asked at once; "" is none. Our half of a connection is closed after the text."""
    answers: list[str] = json.loads(inside(pid, lambda: json.dumps(heard(targets, text, seconds))))
    return answers


def heard(targets: Sequence[Target], text: str, seconds: float) -> list[str]:
    deadline = time.monotonic() + seconds
    parts = [b""] * len(targets)
    sockets: list[socket.socket] = []
    with selectors.DefaultSelector() as selector:
        for number, target in enumerate(targets):
            made = socket.socket(socket.AF_INET6 if ":" in target.address else socket.AF_INET)
            made.setblocking(False)
            made.connect_ex((target.address, target.port))
            selector.register(made, selectors.EVENT_WRITE, number)
            sockets.append(made)
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                if not _step(selector, sockets[key.data], key.data, parts, text.encode()):
                    selector.unregister(sockets[key.data])
                    sockets[key.data].close()
    for made in sockets:
        made.close()
    return [answer.decode(errors="replace") for answer in parts]


def _step(selector: selectors.BaseSelector, made: socket.socket, number: int, parts: list[bytes], text: bytes) -> bool:
    """Say the text, or hear a part; False: that was all."""
    try:
        if selector.get_key(made).events == selectors.EVENT_WRITE:
            made.send(text)
            made.shutdown(socket.SHUT_WR)
            selector.modify(made, selectors.EVENT_READ, number)
            return True
        part = made.recv(4096)
    except OSError:
        return False
    parts[number] += part
    return bool(part) and len(parts[number]) < HEARD
