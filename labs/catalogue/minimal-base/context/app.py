"""A notebook on bottle and waitress: / says hello, /notes lists and adds, /packages/NAME tells a package's version."""

import importlib
import importlib.metadata
import os
import signal
import sys
from pathlib import Path

import bottle
import waitress

GREETING = "Notebook."
NOTES = Path(os.environ.get("DATA_DIR", "/tmp")) / "notes.txt"
HOST, PORT = os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080"))

app = bottle.Bottle()


@app.get("/")
def hello():
    return text(f"{GREETING} Write a line with POST /notes, read them all with GET /notes.\n")


@app.get("/healthz")
def healthz():
    return text("ok\n")


@app.get("/notes")
def notes():
    return text(NOTES.read_text() if NOTES.exists() else "")


@app.post("/notes")
def add_note():
    note = bottle.request.body.read(1000).decode("utf-8", "replace").replace("\n", " ").strip()
    with NOTES.open("a") as file:
        file.write(note + "\n")
    return text("Saved.\n", 201)


@app.get("/packages/<name:re:[a-z_]+>")
def package(name):
    """The version of a package, if this Python can import it."""
    try:
        importlib.import_module(name)
        return text(f"{name} {importlib.metadata.version(name)}\n")
    except (ImportError, importlib.metadata.PackageNotFoundError):
        return text(f"{name} cannot be imported\n", 404)


def text(body, status=200):
    return bottle.HTTPResponse(body, status, {"Content-Type": "text/plain; charset=utf-8"})


def main():
    # As PID 1 a process ignores signals that it has no handler for: without this, `docker stop` waits and kills.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    print(f"Listening on {HOST}:{PORT}, notes in {NOTES}", flush=True)
    waitress.serve(app, host=HOST, port=PORT, threads=4, _quiet=True)


if __name__ == "__main__":
    main()
