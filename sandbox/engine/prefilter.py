"""A seccomp filter that a slot inherits from before its engine starts.

The engine applies its own profile to containers and `RUN` steps, but that one still allows AF_ALG (a way into
shared page cache, CVE-2026-31431) on this engine version. A filter that dockerd inherits cannot be lifted by
anything the engine starts. It refuses sockets of AF_ALG, AF_VSOCK and AF_XDP, and the kernel's asynchronous I/O, whose
requests are a quota of the whole machine. It refuses every system call made by the 32-bit entry, where socket arguments
would stay hidden behind `socketcall`, or by the numbers of x32, which share the architecture's name and would not be
compared. Source of the numbers: linux/audit.h, linux/socket.h,
asm/unistd_64.h, linux/filter.h. x86-64 only: other machines get the engine's own profile alone.
"""

from __future__ import annotations

import ctypes
import platform
import struct

AUDIT_ARCH_X86_64 = 0xC000003E
NR_SOCKET = 41
NR_IO_SETUP = 206  # kernel asynchronous I/O: all users of the machine share fs.aio-max-nr requests
X32 = 0x40000000  # set in every number of that interface
REFUSED_FAMILIES = (38, 40, 44)  # AF_ALG, AF_VSOCK, AF_XDP
_DISTANCES = range(len(REFUSED_FAMILIES), 0, -1)  # steps to jump over to the refusal
EAFNOSUPPORT, ENOSYS = 97, 38

_LOAD, _JUMP_EQ, _JUMP_GE, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, …|JGE|K, BPF_RET|K
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_OFFSET_NR, _OFFSET_ARCH, _OFFSET_ARG0 = 0, 4, 16
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2


def program() -> bytes:
    """The filter as packed `struct sock_filter`s (code, jump if true, jump if false, constant)."""
    steps = [
        (_LOAD, 0, 0, _OFFSET_ARCH),
        (_JUMP_EQ, 1, 0, AUDIT_ARCH_X86_64),
        (_RETURN, 0, 0, _ERRNO | ENOSYS),
        (_LOAD, 0, 0, _OFFSET_NR),
        (_JUMP_GE, 0, 1, X32),
        (_RETURN, 0, 0, _ERRNO | ENOSYS),
        (_JUMP_EQ, 0, 1, NR_IO_SETUP),
        (_RETURN, 0, 0, _ERRNO | ENOSYS),
        (_JUMP_EQ, 0, 1 + len(REFUSED_FAMILIES), NR_SOCKET),
        (_LOAD, 0, 0, _OFFSET_ARG0),
        *((_JUMP_EQ, left, 0, family) for left, family in zip(_DISTANCES, REFUSED_FAMILIES, strict=True)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERRNO | EAFNOSUPPORT),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def install() -> None:
    """Apply the filter to this process and all it will start. Needs CAP_SYS_ADMIN; OSError when refused."""
    if platform.machine() != "x86_64":
        return
    code = program()
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the slot's seccomp filter")
