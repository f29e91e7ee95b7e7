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


def write(path, text):
    def act():
        with open(path, "w") as stream:
            stream.write(text)
        return text

    attempt(path, act)


write("/proc/sys/kernel/core_pattern", "|/attack %p")
write("/proc/sys/kernel/modprobe", "/attack")
write("/proc/sys/kernel/hostname", "attacked")
write("/proc/sys/vm/drop_caches", "3")
write("/proc/sys/vm/overcommit_memory", "1")
write("/proc/sys/fs/binfmt_misc/register", ":a:M::attack::/attack:OC")
write("/proc/sysrq-trigger", "b")
write("/sys/kernel/uevent_helper", "/attack")
write("/sys/kernel/mm/transparent_hugepage/enabled", "never")
write("/sys/power/state", "mem")
