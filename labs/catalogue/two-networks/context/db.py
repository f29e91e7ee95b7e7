"""The database: keeps lines in memory. On port 5432, "ADD line" adds one and "LIST" says them all."""

import os
import signal
import socketserver
import sys

ADDRESS = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "5432")))
lines = []


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        order, _, rest = self.rfile.read(1000).decode("utf-8", "replace").partition(" ")
        if order == "ADD":
            lines.append(rest)
            self.wfile.write(b"Saved.\n")
        else:
            self.wfile.write("".join(line + "\n" for line in lines).encode())


signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
socketserver.ThreadingTCPServer.allow_reuse_address = True
server = socketserver.ThreadingTCPServer(ADDRESS, Handler)
server.daemon_threads = True
print(f"Listening on {ADDRESS[0]}:{ADDRESS[1]}", flush=True)
server.serve_forever()
