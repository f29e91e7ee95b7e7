"""The trusted probe: runs in a container of its own beside the learner's, and asks over HTTP what it is told to.

Orders come as JSON lines on standard input, answers leave as JSON lines on standard output, several at a time:
{"id", "host", "port", "method", "path", "body", "headers", "seconds", "until_ready"}
→ {"id", "status", "body", "headers", "error"}; headers are of the answer, by their names in lower case.
`until_ready` asks again every 20 ms until the answer is 2xx or the seconds are over; {"cancel": id} ends such a wait.
Bounds: no redirects followed, no decompression, 64 KiB of body, 2 s to connect, 5 s in all.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from typing import Any

BODY_BYTES = 64 * 1024
HEAD_BYTES = 16 * 1024
CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 5.0
PAUSE = 0.02
MOST_HEADERS, HEADER_CHARACTERS = 50, 1000
LENGTH_DIGITS = 12  # of a Content-Length: Python refuses to read a number of thousands of digits

_printing = threading.Lock()
_cancelled: set[int] = set()
Order = dict[str, Any]
Answer = dict[str, Any]


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if "cancel" in order:
            _cancelled.add(order["cancel"])
        else:
            threading.Thread(target=run, args=(order,), daemon=True).start()


def run(order: Order) -> None:
    answer = until_ready(order) if order.get("until_ready") else ask(order, TOTAL_SECONDS)
    with _printing:
        sys.stdout.write(json.dumps({"id": order["id"], **answer}) + "\n")
        sys.stdout.flush()


def until_ready(order: Order) -> Answer:
    deadline = time.monotonic() + order["seconds"]
    answer: Answer = {"status": None, "body": "", "error": "never answered"}
    while time.monotonic() < deadline and order["id"] not in _cancelled:
        last = ask(order, min(TOTAL_SECONDS, deadline - time.monotonic()))
        if last["status"] or not answer["status"]:  # the attempt that the deadline cuts short says nothing new
            answer = last
        if answer["status"] and 200 <= answer["status"] < 300:
            break
        time.sleep(PAUSE)
    return answer


def ask(order: Order, seconds: float) -> Answer:
    deadline = time.monotonic() + seconds
    try:
        connect = max(0.05, min(CONNECT_SECONDS, seconds))
        with socket.create_connection((order["host"], order["port"]), connect) as connection:
            connection.sendall(request(order))
            raw = read(connection, deadline)
    except OSError as error:
        return {"status": None, "body": "", "error": str(error) or type(error).__name__}
    return parse(raw)


def request(order: Order) -> bytes:
    body = str(order.get("body", "")).encode()
    lines = [f"{order.get('method', 'GET')} {order['path']} HTTP/1.0", "User-Agent: Mozilla/5.0"]
    own = {name.lower(): value for name, value in dict(order.get("headers") or {}).items()}
    headers = {"host": "app", "accept": "*/*"} | own
    lines.append("Connection: close")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body and "content-type" not in headers:
        lines.append("Content-Type: text/plain")
    if body or order.get("method") in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def read(connection: socket.socket, deadline: float) -> bytes:
    raw = b""
    while len(raw) < HEAD_BYTES + BODY_BYTES:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no whole answer in time")
        connection.settimeout(left)
        piece = connection.recv(65536)
        if not piece or complete(raw + piece):
            return raw + piece
        raw += piece
    return raw


def complete(raw: bytes) -> bool:
    """An answer that names its length is whole before the other side closes."""
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return len(body) >= int(value.strip()[:LENGTH_DIGITS])
    return False


def parse(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit() or len(words[1]) != 3:
        return {"status": None, "body": "", "error": "the answer was not HTTP"}
    text = body[:BODY_BYTES].decode("utf-8", "replace")
    return {"status": int(words[1]), "body": text, "headers": _headers(head), "error": ""}


def _headers(head: bytes) -> dict[str, str]:
    pairs = (line.decode("latin-1").partition(":") for line in head.split(b"\r\n")[1 : 1 + MOST_HEADERS])
    return {name.strip().lower(): value.strip()[:HEADER_CHARACTERS] for name, _, value in pairs}


if __name__ == "__main__":
    main()
