"""`python -m sandbox.engine.launch GROUP:ENGINE… -- PROGRAM…`: the last step outside a slot.

Joins the slot's cgroups (a pair of directories a hierarchy: the slot's own, which becomes the root of what is seen
inside, and `engine` below it, where the engine runs), hands the controllers down, ties its life to the supervisor's,
installs the inherited seccomp filter, then becomes `unshare` with fresh namespaces. Killing what this becomes ends
everything inside it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from sandbox.engine import cgroups, prefilter

_PR_SET_PDEATHSIG = 1
_CLONE_NEWCGROUP = 0x02000000
# Above every user that Debian or systemd hands out; with the number of a process added, no two slots share one.
OWNERS = 0x7000_0000
NAMESPACES: tuple[str, ...] = ("--mount", "--net", "--pid", "--ipc", "--uts")


def main(arguments: list[str]) -> None:
    split = arguments.index("--")
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the supervisor died between fork and here
        sys.exit(1)
    pairs = [pair.split(":") for pair in arguments[:split]]
    _join(group for group, _ in pairs)
    if libc.unshare(_CLONE_NEWCGROUP) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused a cgroup namespace")
    _join(engine for _, engine in pairs)
    if cgroups.is_v2():  # now that the group has no process of its own; the engine asks at its start what it may limit
        cgroups.hand_down(Path(pairs[0][0]))
    prefilter.install()
    command = ["unshare", *NAMESPACES, "--fork", "--kill-child=SIGKILL", "--", *arguments[split + 1 :]]
    os.environ["SLIPWAY_OWNER"] = str(OWNERS + os.getpid())
    os.execvp(command[0], command)  # noqa: S606  # a list and no shell: this process becomes the slot


def _join(groups: Iterable[str]) -> None:
    for group in groups:
        (Path(group) / "cgroup.procs").write_text(str(os.getpid()))


if __name__ == "__main__":
    main(sys.argv[1:])
