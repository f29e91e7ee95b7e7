"""What a user of a container may do to a path: change it, or put another file in its place.

The kernel is asked, as that user and over the container's own mounts. It says no to the owner of a read-only file,
who may give it other modes at any time; and it knows nothing of the directories above, which can be moved away.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sandbox.engine.processes import outside


def access(host_pid: int, uid: int, gid: int, groups: list[int], paths: list[str]) -> list[tuple[bool, bool]]:
    """(changeable, replaceable) of each path, for that user in the container of that process.

    A child goes to the container's root and becomes the user: mounts, modes, owners and lists all count, no program
    of the learner's runs, and nothing of ours enters the container's pid namespace.
    """
    proc = Path("/proc") / str(host_pid)
    user = outside(uid, proc / "uid_map")
    own = [outside(n, proc / "gid_map") for n in (gid, *groups)]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(proc / "root", user, own, paths, writer)
    os.close(writer)
    with open(reader, "rb") as stream:
        answer = stream.read(2 * len(paths))
    os.waitpid(child, 0)
    if len(answer) != 2 * len(paths):
        raise OSError(f"the access probe in process {host_pid} did not answer")
    return [(answer[i] == 1, answer[i + 1] == 1) for i in range(0, len(answer), 2)]


def _answer(root: Path, user: int, groups: list[int], paths: list[str], writer: int) -> None:
    try:
        os.chroot(root)
        os.chdir("/")
        os.setgroups(groups[1:])
        os.setresgid(groups[0], groups[0], groups[0])
        os.setresuid(user, user, user)
        answer = bytearray()
        for path in paths:
            answer.append(changeable(path, user))
            answer.append(replaceable(path, user))
        os.write(writer, bytes(answer))
    finally:
        os._exit(0)


def changeable(path: str, user: int) -> bool:
    """May this process, which is `user`, write the file, or allow itself to?"""
    return os.access(path, os.W_OK) or _owned(path, user)


def replaceable(path: str, user: int) -> bool:
    """May it remove the file, or move away any directory on the way to it?"""
    while path not in {"/", ""}:
        above = os.path.dirname(path) or "/"
        if _removable(path, above, user):
            return True
        path = above
    return False


def _removable(path: str, above: str, user: int) -> bool:
    try:
        entry, directory = os.lstat(path), os.lstat(above)
    except OSError:  # it cannot even be seen
        return False
    if entry.st_dev != directory.st_dev:  # a mount point stays where it is
        return False
    if directory.st_mode & stat.S_ISVTX and user not in {entry.st_uid, directory.st_uid}:
        return False
    return os.access(above, os.W_OK | os.X_OK) or _owned(above, user)


def _owned(path: str, user: int) -> bool:
    """The owner may change the modes, unless the file system is read-only."""
    try:
        return os.stat(path).st_uid == user and not os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:
        return False
