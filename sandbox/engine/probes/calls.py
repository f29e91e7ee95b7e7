"""The calls that the seccomp probe makes, with their numbers and arguments: x86-64, from asm/unistd_64.h.

Each call comes with arguments by which it changes nothing when it is let through, tried as user 65534 without
capabilities; several tries where a rule could look at an argument. The 32-bit entry and the calls that only 32-bit
programs have (`stat64`, `clock_gettime64`) are left out: a slot refuses that entry altogether.
"""

from __future__ import annotations

from dataclasses import dataclass

# Arguments that the probe fills in: a pointer to a name that does not exist, a pointer to zeroed memory, the number of
# a file that is not open, a small number. Values that no call takes otherwise.
PATH, BUFFER, CLOSED, SMALL = (0x7000_0000_0000_0001 + n for n in range(4))
EXTRA = 200  # extra tries that the probe is given, at most
DONE = 0x51D0_0E5D_0E5D_0E51  # in `results[0]` once every call was made
ADDRESS = 0x50_0000  # of `results`, put there by the linker
FAR = 0xFFFF_FFFF_FFFF_FFFF
WORD = 8

Arguments = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """`name` is the kernel's, with a remark where only some of its uses are meant."""

    name: str
    number: int
    tries: tuple[Arguments, ...]

    @property
    def syscall(self) -> str:
        return self.name.partition("(")[0]


def _call(name: str, number: int, *tries: Arguments) -> Call:
    return Call(name, number, tries or ((),))


_THREAD = 0x3D0F00  # the flags of a new thread, as the C library asks for one
# New cgroup, host name, IPC, process and network namespaces: each alone, which the kernel refuses to a plain user.
_SPACES = (0x0200_0000, 0x0400_0000, 0x0800_0000, 0x2000_0000, 0x4000_0000)
_FS = 0x200  # contradicts a new user or mount namespace: the kernel says EINVAL

CALLS: tuple[Call, ...] = (
    # What most programs live on.
    _call("read", 0, (CLOSED, BUFFER, SMALL)),
    _call("write", 1, (CLOSED, BUFFER, SMALL)),
    _call("close", 3, (CLOSED,)),
    _call("fstat", 5, (CLOSED, BUFFER)),
    _call("poll", 7, (BUFFER, 0, 0)),
    _call("lseek", 8, (CLOSED, 0, 0)),
    _call("mmap", 9, (0, 0, 0, 0x22, FAR, 0)),
    _call("mprotect", 10, (1, SMALL, 1)),
    _call("munmap", 11, (1, SMALL)),
    _call("brk", 12, (0,)),
    _call("rt_sigaction", 13, (10, 0, BUFFER, 8)),
    _call("rt_sigprocmask", 14, (0, 0, BUFFER, 8)),
    _call("ioctl", 16, (CLOSED, 0x5401, BUFFER)),
    _call("pread64", 17, (CLOSED, BUFFER, SMALL, 0)),
    _call("access", 21, (PATH, 0)),
    _call("dup", 32, (CLOSED,)),
    _call("getpid", 39),
    _call("socket", 41, (2, 99, 0)),
    _call("sendto", 44, (CLOSED, BUFFER, SMALL, 0, 0, 0)),
    _call("recvfrom", 45, (CLOSED, BUFFER, SMALL, 0, 0, 0)),
    _call("shutdown", 48, (CLOSED, 1)),
    _call("bind", 49, (CLOSED, BUFFER, 16)),
    _call("listen", 50, (CLOSED, 5)),
    _call("getsockname", 51, (CLOSED, BUFFER, BUFFER)),
    _call("setsockopt", 54, (CLOSED, 1, 2, BUFFER, 4)),
    _call("clone(a new thread)", 56, (_THREAD, BUFFER, BUFFER, BUFFER, FAR)),
    _call("execve", 59, (PATH, 0, 0)),
    _call("uname", 63, (BUFFER,)),
    _call("fcntl", 72, (CLOSED, 1, 0)),
    _call("getcwd", 79, (BUFFER, 0)),
    _call("readlink", 89, (PATH, BUFFER, SMALL)),
    _call("getuid", 102),
    _call("gettid", 186),
    _call("futex", 202, (BUFFER, 129, 1)),
    _call("getdents64", 217, (CLOSED, BUFFER, 64)),
    _call("openat", 257, (FAR - 99, PATH, 0x80000), (FAR - 99, PATH, 0x401)),
    _call("newfstatat", 262, (FAR - 99, PATH, BUFFER, 0)),
    _call("accept4", 288, (CLOSED, 0, 0, 0x80000)),
    _call("prlimit64", 302, (0, 7, 0, BUFFER)),
    _call("getrandom", 318, (BUFFER, 8, 1)),
    # New names, special files, links, and their twins with a directory to start from.
    _call("mkdir", 83, (PATH, 0o755), (0, SMALL)),
    _call("mkdirat", 258, (FAR - 99, PATH, 0o755), (CLOSED, PATH, SMALL)),
    _call("mknod", 133, (PATH, 0o010644, 0), (0, SMALL, SMALL)),
    _call("mknodat", 259, (FAR - 99, PATH, 0o010644, 0), (CLOSED, PATH, SMALL, SMALL)),
    _call("link", 86, (PATH, PATH), (0, PATH)),
    _call("linkat", 265, (FAR - 99, PATH, FAR - 99, PATH, 0), (CLOSED, PATH, CLOSED, PATH, 0)),
    _call("symlink", 88, (PATH, PATH), (0, PATH)),
    _call("symlinkat", 266, (PATH, FAR - 99, PATH), (PATH, CLOSED, PATH)),
    # Modes and owners.
    _call("chmod", 90, (PATH, 0o777), (0, SMALL)),
    _call("fchmod", 91, (CLOSED, 0o777), (CLOSED, SMALL)),
    _call("fchmodat", 268, (FAR - 99, PATH, 0o777), (CLOSED, PATH, SMALL)),
    _call("fchmodat2", 452, (FAR - 99, PATH, 0o777, 0), (CLOSED, PATH, SMALL, 0)),
    _call("chown", 92, (PATH, 0, 0), (PATH, SMALL, SMALL)),
    _call("fchown", 93, (CLOSED, 0, 0), (CLOSED, SMALL, SMALL)),
    _call("lchown", 94, (PATH, 0, 0), (PATH, SMALL, SMALL)),
    _call("fchownat", 260, (FAR - 99, PATH, 0, 0, 0), (CLOSED, PATH, SMALL, SMALL, 0)),
    # Mounts and namespaces.
    _call("mount", 165, (PATH, PATH, PATH, 0, 0), (0, PATH, 0, 0x1000, 0)),
    _call("umount2", 166, (PATH, 0), (PATH, 2)),
    _call("pivot_root", 155, (PATH, PATH)),
    _call("chroot", 161, (PATH,), (0,)),
    _call("open_tree", 428, (FAR - 99, PATH, 0), (FAR - 99, PATH, 1)),
    _call("move_mount", 429, (FAR - 99, PATH, FAR - 99, PATH, 0), (CLOSED, PATH, CLOSED, PATH, 4)),
    _call("fsopen", 430, (PATH, 0), (PATH, 1)),
    _call("mount_setattr", 442, (FAR - 99, PATH, 0, BUFFER, 32)),
    _call("unshare", 272, (0x1000_0000 | 0x4000_0000 | 0x8000_0000_0000,), (0x2_0000 | 0x8000_0000_0000,)),
    _call("setns", 308, (CLOSED, 0), (CLOSED, 0x4000_0000)),
    _call("clone(a new user namespace)", 56, (0x1000_0000 | _FS | 17, BUFFER), (0x1000_0000 | _FS, BUFFER)),
    _call(
        "clone(other new namespaces)",
        56,
        (0x2_0000 | _FS | 17, BUFFER),
        (0x2000_0000 | 0x1_0000 | 17, BUFFER),
        *((flag | 17, BUFFER) for flag in _SPACES),
        *((flag | _THREAD, BUFFER, BUFFER, BUFFER, FAR) for flag in (0x2_0000, *_SPACES)),
    ),
    _call("clone3", 435, (BUFFER, 8), (0, 64)),  # an all-zero structure would be a fork
    # Other processes, and code that never was a file.
    _call("ptrace", 101, (16, 0x3FFF_FFFF, 0, 0), (0x4206, 0x3FFF_FFFF, 0, SMALL)),
    _call("process_vm_readv", 310, (0x3FFF_FFFF, BUFFER, 1, BUFFER, 1, 0)),
    _call("process_vm_writev", 311, (0x3FFF_FFFF, BUFFER, 1, BUFFER, 1, 0)),
    _call("pidfd_getfd", 438, (CLOSED, CLOSED, 0)),
    _call("memfd_create", 319, (PATH, 0x8000), (0, SMALL)),
    _call("execveat", 322, (FAR - 99, PATH, 0, 0, 0), (CLOSED, PATH, 0, 0, 0x1000)),
    _call("personality", 135, (0x0040_0000,), (0x0004_0000,)),
    # The kernel itself.
    _call("bpf", 321, (99, BUFFER, 64), (0, BUFFER, SMALL)),
    _call("perf_event_open", 298, (BUFFER, 0, FAR, FAR, 0)),
    _call("userfaultfd", 323, (0x4000,), (FAR,)),
    _call("io_uring_setup", 425, (0, BUFFER), (SMALL, 0)),
    _call("keyctl", 250, (99, 0, 0, 0, 0), (0, 0x3FFF_FFFF, 0)),
    _call("add_key", 248, (PATH, PATH, 0, 0, 0)),
    _call("request_key", 249, (PATH, PATH, 0, 0)),
    _call("init_module", 175, (BUFFER, 0, BUFFER)),
    _call("finit_module", 313, (CLOSED, BUFFER, 0)),
    _call("kexec_load", 246, (0, 0, 0, FAR)),
    _call("reboot", 169, (SMALL, SMALL, 0, 0)),
    # What no list of a lab's names, so that only the default action answers.
    _call("getpriority", 140, (0, 0)),
    _call("sched_yield", 24),
    _call("epoll_create1", 291, (FAR,)),
    _call("eventfd2", 290, (0, FAR)),
    _call("inotify_init1", 294, (FAR,)),
    _call("timerfd_create", 283, (99, 0)),
    _call("signalfd4", 289, (CLOSED, BUFFER, 8, 0)),
    _call("splice", 275, (CLOSED, 0, CLOSED, 0, SMALL, 0)),
    _call("mq_open", 240, (PATH, 0, 0, 0)),
    _call("shmget", 29, (0x0BAD_5EED, 1, 0)),
    _call("semget", 64, (0x0BAD_5EED, 1, 0)),
    _call("msgget", 68, (0x0BAD_5EED, 0)),
    _call("setxattr", 188, (PATH, PATH, BUFFER, 1, 0)),
    _call("utimensat", 280, (CLOSED, PATH, 0, 0)),
    _call("mlock", 149, (1, SMALL)),
    _call("getitimer", 36, (99, BUFFER)),
    _call("sethostname", 170, (BUFFER, FAR)),
    _call("swapon", 167, (PATH, 0)),
    _call("acct", 163, (PATH,)),
    _call("name_to_handle_at", 303, (FAR - 99, PATH, BUFFER, BUFFER, 0)),
)
BY_NAME = {call.name: call for call in CALLS}
TRIES = sum(len(call.tries) for call in CALLS)
BYTES = (1 + TRIES + EXTRA) * WORD  # of `results`


def header() -> str:
    """calls.h for the probe's source."""
    rows = [f"    {{{call.number}, {{{_words(arguments)}}}}}," for call in CALLS for arguments in call.tries]
    named = {"PATH": PATH, "BUFFER": BUFFER, "CLOSED": CLOSED, "SMALL": SMALL, "DONE": DONE}
    lines = [
        f"#define TRIES {TRIES}",
        f"#define EXTRA {EXTRA}",
        *(f"#define {name} {value:#x}UL" for name, value in named.items()),
    ]
    return "\n".join([*lines, "static const struct try_ tries[TRIES] = {", *rows, "};", ""])


def _words(arguments: Arguments) -> str:
    return ", ".join(f"{value:#x}UL" for value in (*arguments, *[0] * (6 - len(arguments))))
