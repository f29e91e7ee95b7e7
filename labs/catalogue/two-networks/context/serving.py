"""What web and api share: a small HTTP server that waits for whom it needs, and ends when it is asked to."""

import os
import signal
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answering(BaseHTTPRequestHandler):
    def body(self):
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1000))

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        print(form % values, flush=True)


def wait_for(host, port, seconds):
    """Services start at the same time: give the other a moment, then begin without it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), 0.5).close()
            return
        except OSError:
            time.sleep(0.05)


def serve(handler):
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))
    server = ThreadingHTTPServer(address, handler)
    server.daemon_threads = True
    print(f"Listening on {address[0]}:{address[1]}", flush=True)
    server.serve_forever()
