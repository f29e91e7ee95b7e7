"""The trusted breaker: breaks the learner's app for whoever asks it, by firewall rules, and mends it again.

Runs in a container of its own that shares only the learner's network namespace. Orders come as JSON lines on standard
input: {"id", "fault": "refuse" | "error" | "hang" | "stall" | "none", "port"}; the answer
{"id", "status", "body", "error"} leaves when the rules are in force, with status 0 when the kernel took them. The app
itself is never touched: only what arrives at its port, from inside its container and from outside, is refused, answered
with 500, dropped, or led to a listener that takes every connection and answers none, as an app whose threads all hang.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# The engine tree's programs, bound here, with their own loader and libraries: this image brings no firewall tool.
TREE = "/tree/usr"
LIBRARIES = f"{TREE}/lib/x86_64-linux-gnu"
LOADER = [f"{TREE}/lib64/ld-linux-x86-64.so.2", "--library-path", LIBRARIES, f"{TREE}/sbin/xtables-nft-multi"]
SECONDS = 10.0
BODY = b"Internal Server Error\n"

# iptables-restore replaces whole tables, so every order is one atomic step a table, from whatever was there before.
FILTER = "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n{rules}COMMIT\n"
NAT = "*nat\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\n{rules}COMMIT\n"
FILTER_RULES = {
    "refuse": "-A INPUT -p tcp --dport {port} -j REJECT --reject-with tcp-reset\n",
    "hang": "-A INPUT -p tcp --dport {port} -j DROP\n",
}
NAT_RULES = (
    "-A PREROUTING -p tcp --dport {port} -j REDIRECT --to-ports {other}\n"
    "-A OUTPUT -p tcp --dport {port} -j REDIRECT --to-ports {other}\n"
)
WAITING = 1024  # connections that the kernel takes for a listener that never asks for them


class Failing(BaseHTTPRequestHandler):
    """Answers everything with 500, a HEAD without a body."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.fail
        raise AttributeError(name)

    def fail(self) -> None:
        self.send_response(500)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(BODY)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # one server for both families
        super().server_bind()


class Server4(ThreadingHTTPServer):
    daemon_threads = True


def serve() -> int:
    """The port of a server that says 500; the kernel chooses it, so that no app can have it already."""
    try:
        server: ThreadingHTTPServer = Server(("::", 0), Failing)
    except OSError:  # the container has no IPv6
        server = Server4(("", 0), Failing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def stall() -> socket.socket:
    """A listener that accepts nothing: the kernel completes the connections, and no request is ever read."""
    try:
        listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=WAITING)
    except (OSError, ValueError):  # the container has no IPv6
        listener = socket.create_server(("", 0), backlog=WAITING)
    return listener


def rules(fault: str, port: int, others: Mapping[str, int]) -> str:
    """What iptables-restore is given for one fault: both tables, so that the one before is gone.

    `others`: the ports of our own servers, by the fault that leads to them.
    """
    filters = FILTER_RULES.get(fault, "").format(port=port)
    nat = NAT_RULES.format(port=port, other=others[fault]) if fault in others else ""
    return FILTER.format(rules=filters) + NAT.format(rules=nat)


def apply(text: str) -> str:
    """ "" when the kernel took the rules, for IPv4 and, where there is any, IPv6."""
    for tool in ("iptables-restore", "ip6tables-restore"):
        done = subprocess.run(
            [*LOADER, tool],
            input=text.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"XTABLES_LIBDIR": f"{LIBRARIES}/xtables"},
        )
        if done.returncode != 0:
            return f"{tool}: {done.stderr.decode(errors='replace')[:200]}"
    return ""


def main() -> None:
    stalled = stall()
    others = {"error": serve(), "stall": int(stalled.getsockname()[1])}
    for line in sys.stdin:
        order = json.loads(line)
        error = apply(rules(str(order["fault"]), int(order["port"]), others))
        answer = {"id": order["id"], "status": 1 if error else 0, "body": "", "error": error}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
