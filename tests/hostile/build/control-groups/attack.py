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

attempt("any control group that can be written", lambda: next(p for p in pathlib.Path("/sys/fs/cgroup").rglob("*") if os.access(p, os.W_OK) and p.is_file()) if any(True for _ in ()) else open(next(iter(sorted(pathlib.Path("/sys/fs/cgroup").rglob("cgroup.procs")))), "w"))
for path in sorted(pathlib.Path("/sys/fs/cgroup").rglob("*")):
    if path.name in {"memory.limit_in_bytes", "pids.max", "release_agent", "memory.max", "cgroup.procs", "cpu.cfs_quota_us", "devices.allow"}:

        def write():
            with open(path, "w") as stream:
                stream.write("-1" if "limit" in path.name else "max")
            return "written"

        attempt(f"{path.name}", write)
print("tried", "them all")
