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


import stat

attempt("mount", lambda: call(165, 0, ctypes.cast(ctypes.c_char_p(b"/mnt"), ctypes.c_void_p).value, ctypes.cast(ctypes.c_char_p(b"tmpfs"), ctypes.c_void_p).value, 0, 0))
attempt("a device", lambda: os.mknod("/device", 0o666 | stat.S_IFBLK, os.makedev(8, 0)) or os.open("/device", os.O_RDONLY))
attempt("a user namespace", lambda: call(272, 0x10000000))
attempt("core_pattern", lambda: open("/proc/sys/kernel/core_pattern", "w"))
attempt("init_module", lambda: call(175, 0, 0, 0))
attempt("bpf", lambda: call(321, 0, 0, 0))
attempt("AF_ALG", lambda: __import__("socket").socket(38, 5))
attempt("keyctl", lambda: call(250, 0, 0, 0, 0, 0))
attempt("io_uring", lambda: call(425, 8, 0))
attempt("release_agent", lambda: open("/sys/fs/cgroup/memory/release_agent", "w"))
attempt("kcore", lambda: open("/proc/kcore", "rb").read(1) or (_ for _ in ()).throw(OSError(1, "empty")))
