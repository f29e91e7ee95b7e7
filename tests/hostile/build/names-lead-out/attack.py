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
import struct

for name in ("secret.canary.invalid", "example.test", "metadata.google.internal", "host.docker.internal", "gateway.docker.internal"):
    attempt(f"the name {name}", lambda: socket.getaddrinfo(name, 80))
query = struct.pack(">HHHHHH", 1, 0x100, 1, 0, 0, 0) + b"\x06secret\x07invalid\0" + struct.pack(">HH", 1, 1)
for server in ("100.64.0.1", "@HOST_ADDRESS@", "192.0.2.53", "127.0.0.11"):

    def ask():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.5)
            client.connect((server, 53))
            client.send(query)
            return client.recv(512)

    attempt(f"a name server at {server}", ask)
