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
import socket

found = [str(path) for top in ("/run", "/var", "/tmp", "/etc", "/usr/lib") for path in pathlib.Path(top).rglob("*.sock")]
print("sockets found:", "none at all" if not found else "BREACH-" + "GOT-THROUGH " + " ".join(found))
for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/engine/docker.sock", "/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock", "/run/buildkit/buildkitd.sock"):

    def connect():
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)

    attempt(path, connect)
for name in ("\0@ABSTRACT@", "\0/containerd-shim", "\0docker"):

    def connect():
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(name)

    attempt("an abstract socket", connect)
for port in (2375, 2376, 2377, 1234, 5000, 6379, 5432, 8000):
    for host in ("127.0.0.1", "100.64.0.1", "::1"):
        attempt(f"port {port} of {host}", lambda: socket.create_connection((host, port), 0.3))
