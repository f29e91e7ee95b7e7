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


attempt("clock_settime", lambda: call(227, 0, 0))
attempt("settimeofday", lambda: call(164, 0, 0) or call(227, 0, 0))
attempt("reboot", lambda: call(169, 0xFEE1DEAD, 672274793, 0, 0))
attempt("sethostname", lambda: call(170, ctypes.cast(ctypes.c_char_p(b"x"), ctypes.c_void_p).value, 1))
attempt("setdomainname", lambda: call(171, ctypes.cast(ctypes.c_char_p(b"x"), ctypes.c_void_p).value, 1))
attempt("syslog", lambda: call(103, 3, 0, 0))
attempt("vhangup", lambda: call(153))
