"""Who reaches whom: connections tried from within a container's network, by a child of ours that enters only that.

open         somebody listens and answered
refused      the machine is reached, and nobody listens
unreachable  the kernel knows no way
silent       nothing came back in time
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

CLONE_NEWNET = 0x40000000
NOBODY = 65534
_NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EPERM, errno.EADDRNOTAVAIL, errno.ENETDOWN}


@dataclass(frozen=True, slots=True)
class Target:
    address: str
    port: int
    protocol: str  # tcp, udp


def connect(sources: Sequence[tuple[int | None, Sequence[Target]]], seconds: float) -> list[list[str] | None]:
    """One result a target, all tried at once from the network namespace of each process. OSError: ours failed."""
    children = [_enter(pid, partial(_attempted, targets, seconds)) if pid else None for pid, targets in sources]
    return [json.loads(_answer(child)) if child else None for child in children]


def _attempted(targets: Sequence[Target], seconds: float) -> str:
    return json.dumps(attempt(targets, seconds))


def inside(pid: int, work: Callable[[], str]) -> str:
    """Return what a child process writes that enters another process's network as nobody. OSError: it could not."""
    return _answer(_enter(pid, work))


def _enter(pid: int, work: Callable[[], str]) -> tuple[int, int, int]:
    """(its process, where its answer comes from, whose network)."""
    libc = ctypes.CDLL(None, use_errno=True)
    namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if libc.setns(namespace, CLONE_NEWNET) == 0:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
                with open(writer, "wb") as stream:
                    stream.write(work().encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.close(namespace)
    return child, reader, pid


def _answer(child: tuple[int, int, int]) -> str:
    process, reader, pid = child
    with open(reader, "rb") as stream:
        answer = stream.read().decode()
    os.waitpid(process, 0)
    if not answer:
        raise OSError(f"the network of process {pid} could not be entered")
    return answer


def attempt(targets: Sequence[Target], seconds: float) -> list[str]:
    """From the network that this process is in."""
    deadline = time.monotonic() + seconds
    results = ["silent"] * len(targets)
    waiting: dict[int, tuple[int, socket.socket]] = {}
    poll = select.poll()
    for number, target in enumerate(targets):
        made, said = _begin(target)
        if said:
            results[number] = said
            made.close()
            continue
        waiting[made.fileno()] = (number, made)
        poll.register(made, select.POLLOUT if target.protocol == "tcp" else select.POLLIN)
    while waiting and (left := deadline - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            number, made = waiting.pop(descriptor)
            poll.unregister(descriptor)
            code = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            results[number] = _word(code)
            made.close()
    for _, made in waiting.values():
        made.close()
    return results


def _begin(target: Target) -> tuple[socket.socket, str]:
    """A socket under way, and what is known already."""
    family = socket.AF_INET6 if ":" in target.address else socket.AF_INET
    kind = socket.SOCK_STREAM if target.protocol == "tcp" else socket.SOCK_DGRAM
    made = socket.socket(family, kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    code = made.connect_ex((target.address, target.port))
    if kind == socket.SOCK_DGRAM and code == 0:
        try:
            made.send(b"?")
        except OSError as error:
            return made, _word(error.errno or errno.EIO)
        return made, ""
    return made, "" if code == errno.EINPROGRESS else _word(code)


def _word(code: int) -> str:
    if code == 0:
        return "open"
    if code == errno.ECONNREFUSED:
        return "refused"
    return "unreachable" if code in _NO_WAY else "silent"
