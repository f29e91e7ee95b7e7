"""The rules: a note is one line of at most 200 characters. Asks the database for everything else."""

import os
import socket

from serving import Answering, serve, wait_for

DB = (os.environ.get("DB_HOST", "db"), int(os.environ.get("DB_PORT", "5432")))


def ask(text):
    with socket.create_connection(DB, 3) as connection:
        connection.sendall(text.encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as stream:
            return stream.read().decode()


class Handler(Answering):
    def do_GET(self):
        if self.path == "/healthz":
            self.answer(200, "ok\n")
        else:
            self.store("LIST")

    def do_POST(self):
        note = self.body().decode("utf-8", "replace").replace("\n", " ").strip()[:200]
        self.store("ADD " + note)

    def store(self, order):
        try:
            self.answer(201 if order.startswith("ADD") else 200, ask(order))
        except OSError as error:
            self.answer(503, f"the database at {DB[0]}:{DB[1]} does not answer: {error}\n")


wait_for(*DB, 1.0)
serve(Handler)
