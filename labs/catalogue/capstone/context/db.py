"""Keeps the notes: GET /notes lists, POST /notes adds a line to notes.txt in DATA_DIR. Listens on port 7000."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NOTES = Path(os.environ.get("DATA_DIR", "/data")) / "notes.txt"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, NOTES.read_bytes() if NOTES.exists() else b"")

    def do_POST(self):
        note = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1000))
        try:
            with NOTES.open("ab") as file:
                file.write(note + b"\n")
        except OSError as error:
            self.answer(500, f"The note was not saved: {error}\n".encode())
            return
        self.answer(200, b"Saved.\n")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    print(f"Listening on 0.0.0.0:7000, notes in {NOTES}", flush=True)
    ThreadingHTTPServer(("0.0.0.0", 7000), Handler).serve_forever()
