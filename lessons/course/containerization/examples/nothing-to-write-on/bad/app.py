"""A notebook: GET / says hello, GET /notes lists, POST /notes adds the body as a line, /healthz is for probes.

Notes are kept in DATA_DIR. A new one is first written to a scratch file in TMPDIR, checked there, and then added.
"""

import os
import signal
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NOTES = Path(os.environ.get("DATA_DIR", "/data")) / "notes.txt"
SCRATCH = os.environ.get("TMPDIR", "/tmp")
ADDRESS = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))
LONGEST_NOTE = 1000


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/":
            self.answer(200, "Notebook. Write a line with POST /notes, read them all with GET /notes.\n")
        elif self.path == "/healthz":
            self.answer(200, "ok\n")
        elif self.path == "/notes":
            self.answer(200, NOTES.read_text() if NOTES.exists() else "")
        else:
            self.answer(404, "There is nothing here.\n")

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        if self.path != "/notes":
            self.answer(404, "There is nothing here.\n")
            return
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST_NOTE)
        try:
            with tempfile.TemporaryFile(dir=SCRATCH) as scratch:
                scratch.write(self.rfile.read(length))
                scratch.seek(0)
                note = scratch.read().decode("utf-8", "replace").replace("\n", " ").strip()
            with NOTES.open("a") as file:
                file.write(note + "\n")
        except OSError as error:
            self.answer(500, f"The note was not saved: {error}\n")
            return
        self.answer(201, "Saved.\n")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, form, *values):
        print(form % values, flush=True)


def main():
    # As PID 1 a process ignores signals that it has no handler for: without this, `docker stop` waits and kills.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    server = ThreadingHTTPServer(ADDRESS, Handler)
    server.daemon_threads = True
    print(f"Listening on {ADDRESS[0]}:{ADDRESS[1]}, notes in {NOTES}, scratch files in {SCRATCH}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
