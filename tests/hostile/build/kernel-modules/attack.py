import errno
import os

HELD = {"EPERM", "EACCES", "EROFS", "ENOSYS", "ENOENT", "ENODEV", "ENXIO", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT"}
HELD |= {"ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "ETIMEDOUT", "EMFILE", "ENOTDIR", "ELOOP", "EBUSY"}


def attempt(name, act):
    """Says that it was held, or how far it got."""
    try:
        result = act()
    except OSError as error:
        code = errno.errorcode.get(error.errno, "ETIMEDOUT" if isinstance(error, TimeoutError) else str(error))
        print("held" if code in HELD or "resolution" in str(error) or "not known" in str(error) else "BREACH-" + "GOT-THROUGH", name, code, flush=True)
    else:
        print("BREACH-" + "GOT-THROUGH", name, result, flush=True)


import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *map(ctypes.c_long, arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


attempt("init_module", lambda: call(175, 0, 0, 0))
attempt("finit_module", lambda: call(313, 0, 0, 0))
attempt("delete_module", lambda: call(176, 0, 0))
attempt("kexec_load", lambda: call(246, 0, 0, 0, 0))
attempt("kexec_file_load", lambda: call(320, 0, 0, 0, 0, 0))
attempt("bpf", lambda: call(321, 0, 0, 0))
attempt("perf_event_open", lambda: call(298, 0, 0, -1, -1, 0))
attempt("iopl", lambda: call(172, 3))
attempt("ioperm", lambda: call(173, 0, 100, 1))
attempt("swapon", lambda: call(167, 0, 0))
attempt("acct", lambda: call(163, 0))
attempt("quotactl", lambda: call(179, 0, 0, 0, 0))
