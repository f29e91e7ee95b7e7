"""A guestbook: GET / says hello, GET /notes lists, POST /notes adds a line. The notes are kept by the service `db`."""

import ctypes
import os
import signal
import sys
import urllib.request
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bottle import Bottle, HTTPResponse, request

DB = os.environ.get("DB", "http://db:7000")
PORT = int(os.environ.get("PORT", "8080"))
LIBRARY = os.environ.get("SLUG_LIBRARY", str(Path(__file__).with_name("libslug.so")))
LONGEST_NOTE = 200

slug = ctypes.CDLL(LIBRARY).slug
app = Bottle()


def ask_db(body=None):
    with urllib.request.urlopen(f"{DB}/notes", data=body, timeout=3) as answer:
        return answer.read()


@app.get("/")
def hello():
    return "Guestbook. Write a line with POST /notes, read them all with GET /notes.\n"


@app.route("/healthz", method=["GET", "HEAD"])
def healthz():
    return "ok\n"


@app.get("/notes")
def notes():
    try:
        return ask_db()
    except OSError as error:
        return HTTPResponse(f"The notes cannot be read: {error}\n", 502)


@app.post("/notes")
def add():
    note = request.body.read(LONGEST_NOTE).replace(b"\n", b" ").strip()
    made = ctypes.create_string_buffer(LONGEST_NOTE + 1)
    slug(note, made)
    try:
        ask_db(note + b" #" + made.value)
    except OSError as error:
        return HTTPResponse(f"The note was not saved: {error}\n", 502)
    return HTTPResponse("Saved.\n", 201)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def address_string(self):
        return self.client_address[0]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    print(f"Listening on 0.0.0.0:{PORT}, notes at {DB}", flush=True)
    make_server("0.0.0.0", PORT, app, Server, Quiet).serve_forever()
