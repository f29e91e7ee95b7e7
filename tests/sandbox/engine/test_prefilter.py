from __future__ import annotations

import os
import platform
import struct
import subprocess
import sys

import pytest

from sandbox.engine import prefilter
from sandbox.engine.paths import PROJECT

ALLOW, ERRNO = 0x7FFF0000, 0x00050000
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK, AF_XDP = 1, 2, 10, 16, 17, 38, 40, 44
X86_64, I386 = prefilter.AUDIT_ARCH_X86_64, 0x40000003
STEPS = list(struct.iter_unpack("HBBI", prefilter.program()))


def judged(number: int, argument: int = 0, machine: int = X86_64) -> int:
    """What the kernel's filter machine returns for a system call: the four instructions that the program uses."""
    data = struct.pack("=IIQQ", number, machine, 0, argument)
    at, loaded = 0, 0
    while True:
        code, if_true, if_false, constant = STEPS[at]
        at += 1
        if code == 0x20:
            (loaded,) = struct.unpack_from("=I", data, constant)
        elif code == 0x15:
            at += if_true if loaded == constant else if_false
        elif code == 0x35:
            at += if_true if loaded >= constant else if_false
        else:
            assert code == 0x06
            return int(constant)


@pytest.mark.parametrize("family", [AF_ALG, AF_VSOCK, AF_XDP])
def test_a_socket_of_a_refused_family_is_not_supported(family: int) -> None:
    assert judged(41, family) == ERRNO | prefilter.EAFNOSUPPORT


def test_only_the_half_of_the_argument_that_the_kernel_reads_counts() -> None:
    assert judged(41, AF_ALG | 1 << 40) == ERRNO | prefilter.EAFNOSUPPORT


@pytest.mark.parametrize("family", [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET])
def test_other_sockets_are_allowed(family: int) -> None:
    assert judged(41, family) == ALLOW


def test_the_kernels_asynchronous_io_is_refused() -> None:
    assert judged(206, 65536) == ERRNO | prefilter.ENOSYS


@pytest.mark.parametrize("number", [0, 40, 42, 205, 207, 435, 0x3FFFFFFF])
def test_other_calls_are_allowed_whatever_they_are_given(number: int) -> None:
    assert judged(number, AF_ALG) == ALLOW


@pytest.mark.parametrize("number", [0, 41, 102, 359])
def test_the_32_bit_entry_is_closed(number: int) -> None:
    assert judged(number, AF_INET, I386) == ERRNO | prefilter.ENOSYS


@pytest.mark.parametrize("number", [0x40000000, 0x40000000 + 41, 0xFFFFFFFF])
def test_the_x32_numbers_are_closed(number: int) -> None:
    assert judged(number, AF_ALG) == ERRNO | prefilter.ENOSYS


CHILD = """
import ctypes, errno, socket, subprocess, sys
from sandbox.engine import prefilter
prefilter.install()
def tried(family):
    try:
        socket.socket(family, socket.SOCK_SEQPACKET if family == 38 else socket.SOCK_STREAM).close()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"
libc = ctypes.CDLL(None, use_errno=True)
x32 = libc.syscall(0x40000000 + 41, 38, 5, 0)
print(tried(38), tried(40), tried(2), tried(1), x32, errno.errorcode[ctypes.get_errno()])
subprocess.run([sys.executable, "-c", "import socket; socket.socket(38, 5)"])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="a filter without no_new_privs needs root")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter is for x86-64")
def test_the_kernel_holds_a_process_and_its_children_to_it() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout == "EAFNOSUPPORT EAFNOSUPPORT ok ok -1 ENOSYS\n", done.stderr
    assert "Address family not supported" in done.stderr
