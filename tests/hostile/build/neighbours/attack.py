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


import errno
import select
import socket

tried = 0
open_ones = []
for net in ("100.64.0", "100.65.0", "100.65.1", "172.17.0"):
    waiting = {}
    for last in range(1, 255):
        for port in (80, 8080, 22, 2375):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex((f"{net}.{last}", port))
            waiting[client] = (f"{net}.{last}", port)
            tried += 1
    poller = select.poll()
    for client in waiting:
        poller.register(client, select.POLLOUT)
    by_number = {client.fileno(): client for client in waiting}
    for number, _ in poller.poll(1500):
        client = by_number[number]
        if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
            open_ones.append(waiting[client])
    for client in waiting:
        client.close()
print("tried", tried, "doors, open:", open_ones)
others = [place for place in open_ones if place[1] != 80 or not place[0].endswith(".1")]  # .1:80 is the index
print("other doors:", "BREACH-" + "GOT-THROUGH" if others else "none of them")
