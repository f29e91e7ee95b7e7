"""A notebook on Flask: / says hello, GET and POST /notes keep lines of text, /healthz is for probes."""

import os
import signal
import sys
from pathlib import Path

import waitress
from flask import Flask, Response, request

NOTES = Path(os.environ.get("NOTES", "/tmp/notes.txt"))
HOST, PORT = os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080"))

app = Flask(__name__)


@app.get("/")
def hello():
    return text("Notebook. Write a line with POST /notes, read them all with GET /notes.\n")


@app.get("/healthz")
def healthz():
    return text("ok\n")


@app.get("/notes")
def notes():
    return text(NOTES.read_text() if NOTES.exists() else "")


@app.post("/notes")
def add_note():
    note = request.get_data()[:1000].decode("utf-8", "replace").replace("\n", " ").strip()
    with NOTES.open("a") as file:
        file.write(note + "\n")
    return text("Saved.\n", 201)


def text(body, status=200):
    return Response(body, status, mimetype="text/plain")


def main():
    # As PID 1 a process ignores signals that it has no handler for: without this, `docker stop` waits and kills.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    print(f"Listening on {HOST}:{PORT}, notes in {NOTES}", flush=True)
    waitress.serve(app, host=HOST, port=PORT, threads=4, _quiet=True)


if __name__ == "__main__":
    main()
