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


def reach(host, port):
    attempt(f"TCP {host}:{port}", lambda: socket.create_connection((host, port), 0.3))


def send(host, port):
    def act():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            try:
                client.sendto(b"out", (host, port))
            except OSError:
                pass
            print("sent UDP", host, flush=True)  # whether it arrives, the listener there counts

    act()


for host in ("@HOST_ADDRESS@", "127.0.0.1", "100.64.0.1"):
    reach(host, @CANARY_PORT@)
for host in ("169.254.169.254", "192.0.2.1", "198.51.100.1", "10.0.2.2", "10.0.2.3", "100.100.100.200"):
    reach(host, 80)
for host in ("@HOST_ADDRESS@", "192.0.2.1", "169.254.169.254", "255.255.255.255"):
    send(host, @CANARY_PORT@)
