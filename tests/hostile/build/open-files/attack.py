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


held = []


def open_many():
    for _ in range(1_000_000):
        held.append(os.open("/attack.py", os.O_RDONLY))
    return len(held)


attempt("a million open files", open_many)
print("it had", "no more than 5000:", len(held) <= 5000)
