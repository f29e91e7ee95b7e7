"""`python -m sandbox.engine.launch CGROUPS… -- PROGRAM…`: the last step outside a slot.

Joins the slot's cgroups, ties its life to the supervisor's, installs the inherited seccomp filter, then becomes
`unshare` with fresh namespaces. Killing the one process this becomes ends everything inside it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

from sandbox.engine import prefilter

_PR_SET_PDEATHSIG = 1
NAMESPACES = ("--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup")


def main(arguments: list[str]) -> None:
    split = arguments.index("--")
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the supervisor died between fork and here
        sys.exit(1)
    for group in arguments[:split]:
        (Path(group) / "cgroup.procs").write_text(str(os.getpid()))
    prefilter.install()
    command = ["unshare", *NAMESPACES, "--fork", "--kill-child=SIGKILL", "--", *arguments[split + 1 :]]
    os.execvp(command[0], command)  # noqa: S606  # a list and no shell: this process becomes the slot


if __name__ == "__main__":
    main(sys.argv[1:])
