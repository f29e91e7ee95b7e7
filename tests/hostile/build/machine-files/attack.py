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


def read(path):
    def act():
        with open(path, "rb") as stream:
            content = stream.read(100)
        if not content:  # the engine covers what it must not show with an empty file, which opens
            raise OSError(errno.ENOENT, "masked")
        return content

    attempt(path, act)


read("@CANARY_FILE@")
read("/proc/1/root@CANARY_FILE@")
read("/proc/self/root/../../../..@CANARY_FILE@")
read("/proc/self/cwd/../../../../../..@CANARY_FILE@")
for number in range(3, 20):
    read(f"/proc/self/fd/{number}@CANARY_FILE@")
    read(f"/proc/self/fd/{number}/../../../..@CANARY_FILE@")
read("/proc/kcore")
read("/proc/kmsg")
read("/run/engine/docker.sock")
read("/usr/lib/slipway/daemon.json")
read("/sys/kernel/debug/x")
read("/sys/firmware/dmi/tables/DMI")
