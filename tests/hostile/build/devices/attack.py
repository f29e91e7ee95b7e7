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


import stat

devices = {"memory": (stat.S_IFCHR, 1, 1), "first disk": (stat.S_IFBLK, 8, 0), "virtual disk": (stat.S_IFBLK, 254, 0), "kernel log": (stat.S_IFCHR, 1, 11)}
devices |= {"loop control": (stat.S_IFCHR, 10, 237), "fuse": (stat.S_IFCHR, 10, 229), "kvm": (stat.S_IFCHR, 10, 232), "tun": (stat.S_IFCHR, 10, 200)}
for name, (kind, major, minor) in devices.items():

    def make():
        os.mknod("/device", 0o666 | kind, os.makedev(major, minor))
        return os.open("/device", os.O_RDWR)

    attempt(f"the device {name}", make)
for path in ("/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/loop-control", "/dev/loop0", "/dev/sda", "/dev/vda", "/dev/fuse", "/dev/kvm"):
    attempt(path, lambda: os.open(path, os.O_RDWR))
