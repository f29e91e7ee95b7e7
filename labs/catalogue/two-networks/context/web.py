"""The notebook's face: GET / says hello, GET and POST /notes ask the api, /healthz is for probes."""

import os
import urllib.error
import urllib.parse
import urllib.request

from serving import Answering, serve, wait_for

API = os.environ.get("API_URL", "http://api:8080")


class Handler(Answering):
    def do_GET(self):
        if self.path == "/":
            self.answer(200, "Notebook. Write a line with POST /notes, read them all with GET /notes.\n")
        elif self.path == "/healthz":
            self.answer(200, "ok\n")
        else:
            self.ask("GET", None)

    def do_POST(self):
        self.ask("POST", self.body())

    def ask(self, method, body):
        if self.path != "/notes":
            self.answer(404, "There is nothing here.\n")
            return
        request = urllib.request.Request(API + "/notes", body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=3) as answer:
                self.answer(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            self.answer(502, f"The api says: {error.read().decode()}")
        except OSError as error:
            self.answer(502, f"The api at {API} does not answer: {error}\n")


address = urllib.parse.urlsplit(API)
wait_for(address.hostname, address.port or 80, 2.0)
serve(Handler)
