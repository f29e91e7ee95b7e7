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


status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
mapped = open("/proc/self/uid_map").read().split()
print("root is mapped:", mapped[1] != "0" or "BREACH-" + "GOT-THROUGH")
print("a filter of calls:", status["Seccomp"].strip() == "2" or "BREACH-" + "GOT-THROUGH")
POWERS = {"SYS_MODULE": 16, "SYS_RAWIO": 17, "SYS_PTRACE": 19, "SYS_ADMIN": 21, "SYS_BOOT": 22, "SYS_TIME": 25, "SYSLOG": 34, "BPF": 39, "DAC_READ_SEARCH": 2, "NET_ADMIN": 12}
for name, bit in POWERS.items():
    held = int(status["CapBnd"], 16) >> bit & 1
    print(f"without {name}:", "yes" if not held else "BREACH-" + "GOT-THROUGH")
