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


import glob


def read():
    found = [open(path).read() for path in glob.glob("/sys/block/loop*/loop/backing_file")]
    found += [open(path).read() for path in glob.glob("/sys/devices/virtual/block/loop*/loop/backing_file")]
    if not found:
        raise FileNotFoundError(errno.ENOENT, "no backing file is shown")
    return found


attempt("files behind loop devices", read)
