"""Thumbnails: GET /work scales one picture (8 MB and four threads for a moment), /healthz is for probes."""

import hashlib
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))
MB = 1024 * 1024
PICTURE, STRIPES = 8 * MB, 4


def scale():
    """One picture in stripes, a thread each; the digest of the whole stands for the thumbnail."""
    block, picture = os.urandom(MB // 4), bytearray(PICTURE)
    for place in range(0, PICTURE, len(block)):
        picture[place : place + len(block)] = block
    digests = [b""] * STRIPES
    size = len(picture) // STRIPES

    def stripe(number):
        digests[number] = hashlib.sha256(picture[number * size : (number + 1) * size : 16]).digest()

    threads = [threading.Thread(target=stripe, args=(number,)) for number in range(STRIPES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return hashlib.sha256(b"".join(digests)).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            self.answer(200, "ok\n")
        elif self.path == "/work":
            try:
                self.answer(200, f"scaled {scale()}\n")
            except (MemoryError, RuntimeError) as error:
                self.answer(500, f"The picture was not scaled: {error}\n")
        elif self.path == "/":
            self.answer(200, "Thumbnails. GET /work scales a picture.\n")
        else:
            self.answer(404, "There is nothing here.\n")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        pass


def main():
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    server = ThreadingHTTPServer(ADDRESS, Handler)
    server.daemon_threads = True
    print(f"Listening on {ADDRESS[0]}:{ADDRESS[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
