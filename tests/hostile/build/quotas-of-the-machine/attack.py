import errno
import os

HELD = {"EPERM", "EACCES", "EROFS", "ENOSYS", "ENOENT", "ENODEV", "ENXIO", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT"}
HELD |= {"ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "ETIMEDOUT", "EMFILE", "ENOTDIR", "ELOOP", "EBUSY", "ENOSPC", "EAGAIN"}


def attempt(name, act):
    """Says that it was held, or how far it got."""
    try:
        result = act()
    except OSError as error:
        code = errno.errorcode.get(error.errno, "ETIMEDOUT" if isinstance(error, TimeoutError) else str(error))
        print("held" if code in HELD else "BREACH-" + "GOT-THROUGH", name, code, flush=True)
    else:
        print("BREACH-" + "GOT-THROUGH", name, result, flush=True)


import ctypes
import time

libc = ctypes.CDLL(None, use_errno=True)
MANY = 100_000
taken = []


def all_of(make):
    """Takes until the kernel says no; OSError then."""
    for _ in range(MANY):
        if make() < 0:
            raise OSError(ctypes.get_errno(), "no more")
        taken.append(1)
    return MANY


def queue():
    return libc.syscall(240, b"queue%d" % len(taken), 0o102, 0o600, None)  # mq_open


def terminal():
    os.openpty()
    return 0


attempt("inotify instances", lambda: all_of(libc.inotify_init))
attempt("message queues", lambda: all_of(queue))
taken.clear()
attempt("terminals", lambda: all_of(terminal))
print("it had", "no more than 64 terminals:", len(taken) <= 64, flush=True)
time.sleep(3)  # a neighbour needs some of them meanwhile
