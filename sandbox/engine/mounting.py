"""A container's mounts as its first process has them, and what the kernel says to root who writes there."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MOST = 512  # lines of mountinfo that are read
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mounted:
    """One line of /proc/PID/mountinfo."""

    path: str
    kind: str  # file system type
    read_only: bool  # the mount itself, or the file system below it
    size: int | None  # bytes of a tmpfs that has a bound


def first_process(host_pids: Sequence[int]) -> int | None:
    """PID 1 of a container among its processes, as the machine numbers it."""
    for pid in host_pids:
        try:
            text = (Path("/proc") / str(pid) / "status").read_text(errors="replace")
        except OSError:
            continue
        if re.search(r"^NSpid:.*\t1$", text, re.MULTILINE):
            return pid
    return None


def mounts(pid: int) -> list[Mounted]:
    lines = (Path("/proc") / str(pid) / "mountinfo").read_text(errors="replace").splitlines()
    return [_parsed(line) for line in lines[:MOST]]


def _parsed(line: str) -> Mounted:
    own, _, rest = line.partition(" - ")
    fields, (kind, _, options) = own.split(" "), rest.split(" ", 2)
    path = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])
    superblock = options.split(",")
    read_only = "ro" in fields[5].split(",") or "ro" in superblock
    sizes = [option.removeprefix("size=") for option in superblock if option.startswith("size=")]
    return Mounted(path, kind, read_only, _bytes(sizes[0]) if sizes else None)


def _bytes(text: str) -> int | None:
    unit = {"k": 1024, "m": 1024**2, "g": 1024**3}.get(text[-1:].lower())
    digits = text[:-1] if unit else text
    return (int(digits) * (unit or 1) or None) if digits.isdigit() else None  # 0 is no bound


def try_to_write(pid: int, paths: Sequence[str]) -> list[str]:
    """Root's attempt to create a file in each directory: "" when it was made (and removed again), else errno's name.

    A child goes to the container's root; root passes every check of owners and modes, so what remains is the mount's
    own answer. The file's name is random and it must not exist, so that nothing of a learner's is ever opened.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(Path("/proc") / str(pid) / "root", paths, writer)
    os.close(writer)
    with open(reader, "rb") as stream:
        answer = stream.read(8 * len(paths)).decode()
    os.waitpid(child, 0)
    codes = answer.split()
    if len(codes) != len(paths):
        raise OSError(f"the write probe in process {pid} did not answer")
    return ["" if code == "0" else errno.errorcode.get(int(code), code) for code in codes]


def _answer(root: Path, paths: Sequence[str], writer: int) -> None:
    try:
        os.chroot(root)
        os.chdir("/")
        os.write(writer, " ".join(str(_attempt(path)) for path in paths).encode())
    finally:
        os._exit(0)


def _attempt(path: str) -> int:
    name = f"{path.rstrip('/')}/.slipway-{secrets.token_hex(8)}"
    try:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except OSError as error:
        return error.errno or errno.EIO
    os.unlink(name)
    return 0
