import errno
import os

HELD = {"EPERM", "EACCES", "EROFS", "ENOSYS", "ENOENT", "ENODEV", "ENXIO", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT"}
HELD |= {"ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "ETIMEDOUT", "EMFILE", "ENOTDIR", "ELOOP", "EBUSY", "ENOSPC", "EAGAIN"}


def attempt(name, act):
    """Says that it was held, or how far it got."""
    try:
        result = act()
    except OSError as error:
        code = errno.errorcode.get(error.errno, "ETIMEDOUT" if isinstance(error, TimeoutError) else str(error))
        print("held" if code in HELD else "BREACH-" + "GOT-THROUGH", name, code, flush=True)
    else:
        print("BREACH-" + "GOT-THROUGH", name, result, flush=True)


import resource
import socket

resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
block, sent, pairs = b"x" * 65536, 0, []
for _ in range(1500):
    try:
        client = socket.create_connection(listener.getsockname(), timeout=5)
        pairs += [client, listener.accept()[0]]
        client.setblocking(False)
        while True:
            sent += client.send(block)
    except BlockingIOError:
        continue
    except OSError as error:
        print("no more:", error)
        break
print("it had", len(pairs) // 2, "connections")
print("the kernel held no more than 1 GB for them:", sent < 1 << 30, flush=True)
