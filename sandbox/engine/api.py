"""The few calls that the root side makes to a slot's engine, over its socket. Standard library only."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any
from urllib.parse import quote

VERSION = "v1.44"


class EngineError(Exception):
    """The engine did not do what it must; the slot is recycled."""


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("engine", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Engine:
    """One engine by its socket. Every call has a timeout in seconds: an engine that hangs is a dead one."""

    def __init__(self, path: Path, timeout: float = 20.0) -> None:
        self.path = path
        self.timeout = timeout

    def call(self, method: str, path: str, body: Any = None, *, accept: tuple[int, ...] = ()) -> Any:
        """The decoded answer, or its text where it is a stream. EngineError unless 2xx or accepted."""
        connection = _Connection(self.path, self.timeout)
        try:
            if hasattr(body, "read"):
                headers = {"Content-Type": "application/x-tar"}
                connection.request(method, f"/{VERSION}{path}", body=body, headers=headers, encode_chunked=True)
            else:
                headers = {"Content-Type": "application/json"} if body is not None else {}
                text = json.dumps(body) if body is not None else None
                connection.request(method, f"/{VERSION}{path}", body=text, headers=headers)
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise EngineError(f"{method} {path}: {error}") from error
        finally:
            connection.close()
        if response.status // 100 != 2 and response.status not in accept:
            raise EngineError(f"{method} {path}: {response.status} {data[:300].decode(errors='replace')}")
        if response.headers.get("Content-Type", "").startswith("application/json") and data:
            return _decode(data)
        return data.decode(errors="replace")

    def ready(self) -> bool:
        try:
            return str(self.call("GET", "/_ping")).strip() == "OK"
        except EngineError:
            return False

    def inspect_image(self, name: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.call("GET", f"/images/{quote(name, safe='')}/json")
        return answer

    def image_ids(self) -> set[str]:
        return {image["Id"] for image in self.call("GET", "/images/json?all=1")}


def _decode(data: bytes) -> Any:
    """One JSON document, or the list of a stream of them (load, push, pull)."""
    text = data.decode(errors="replace").strip()
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
