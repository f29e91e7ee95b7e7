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


import tempfile


def mount(source, kind, options=None):
    target = tempfile.mkdtemp()
    ctypes.set_errno(0)
    if libc.mount(source, target.encode(), kind, 0, options) != 0:
        raise OSError(ctypes.get_errno(), "refused")
    return os.listdir(target)


attempt("mount proc", lambda: mount(b"proc", b"proc"))
attempt("mount sysfs", lambda: mount(b"sysfs", b"sysfs"))
attempt("mount tmpfs", lambda: mount(b"tmpfs", b"tmpfs"))
attempt("mount cgroup", lambda: mount(b"cgroup", b"cgroup", b"memory"))
attempt("mount cgroup2", lambda: mount(b"none", b"cgroup2"))
attempt("mount devtmpfs", lambda: mount(b"devtmpfs", b"devtmpfs"))
attempt("mount debugfs", lambda: mount(b"debugfs", b"debugfs"))
attempt("mount overlay", lambda: mount(b"overlay", b"overlay", b"lowerdir=/etc:/usr"))
attempt("bind the root", lambda: mount(b"/", None) if libc.mount(b"/", b"/mnt", None, 4096, None) == 0 else call(165, 0, 0, 0, 4096, 0))
attempt("umount /proc", lambda: call(166, ctypes.cast(ctypes.c_char_p(b"/proc"), ctypes.c_void_p).value, 2))
attempt("pivot_root", lambda: call(155, 0, 0))
attempt("fsopen", lambda: call(430, ctypes.cast(ctypes.c_char_p(b"proc"), ctypes.c_void_p).value, 0))
attempt("open_tree", lambda: call(428, -100, ctypes.cast(ctypes.c_char_p(b"/"), ctypes.c_void_p).value, 1))
