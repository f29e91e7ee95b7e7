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


import socket

attempt("AF_ALG", lambda: socket.socket(38, socket.SOCK_SEQPACKET))
attempt("AF_VSOCK", lambda: socket.socket(40, socket.SOCK_STREAM))
attempt("AF_VSOCK datagrams", lambda: socket.socket(40, socket.SOCK_DGRAM))
attempt("AF_PACKET", lambda: socket.socket(17, socket.SOCK_RAW, 0x0300))
attempt("AF_PACKET datagrams", lambda: socket.socket(17, socket.SOCK_DGRAM, 0x0300))
attempt("AF_XDP", lambda: socket.socket(44, socket.SOCK_RAW))
