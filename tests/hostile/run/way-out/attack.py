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

for host, port in (("@HOST_ADDRESS@", @CANARY_PORT@), ("127.0.0.1", @CANARY_PORT@), ("169.254.169.254", 80), ("192.0.2.1", 80), ("100.64.0.1", 80), ("100.64.0.1", 2375), ("10.0.0.1", 80)):
    attempt(f"{host} {port}", lambda: socket.create_connection((host, port), 0.4))


def abstract():
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0@ABSTRACT@")


attempt("an abstract socket", abstract)
attempt("a name", lambda: socket.getaddrinfo("secret.canary.invalid", 80))
