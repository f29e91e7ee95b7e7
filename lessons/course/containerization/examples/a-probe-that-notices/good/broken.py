"""Three broken servers, and how many of them the probe notices."""

import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answers500(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(500)


error = HTTPServer(("127.0.0.1", 8500), Answers500)
threading.Thread(target=error.serve_forever, daemon=True).start()
silent = socket.create_server(("127.0.0.1", 8600))  # accepts, never answers
ports = (8400, 8500, 8600)  # nobody listens on the first
results = [subprocess.run(["sh", "probe.sh", str(port)], capture_output=True).returncode for port in ports]
print(f"NOTICED={sum(result != 0 for result in results)}")
