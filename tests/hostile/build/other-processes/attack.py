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


import pathlib

pids = [int(path.name) for path in pathlib.Path("/proc").iterdir() if path.name.isdigit()]
print("processes seen:", "few" if len(pids) < 10 else "BREACH-" + "GOT-THROUGH")
for pid in (1, 2, 100, 1000):
    if pid not in pids:
        attempt(f"a signal to {pid}", lambda: os.kill(pid, 0) if pathlib.Path(f"/proc/{pid}").exists() else open(f"/proc/{pid}/mem"))
print("environments:", any(b"dockerd" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids) and "BREACH-" + "GOT-THROUGH")
