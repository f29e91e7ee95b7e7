"""Output of learners' programs made fit to store and to show: plain text, bounded, steering no terminal."""

from __future__ import annotations

import re
import threading

LINE_BYTES = 4096  # a longer line is cut: no compiler's message needs more, and a page has to lay it out
_CUT = "…"
# CSI, then the strings (OSC, DCS, SOS, PM, APC), then other escapes; in 7 bits and in 8. A string that is not
# closed ends with its line, so that it cannot swallow the rest of a log.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
# Controls but tab and line feed; surrogates; what turns the reading direction; Unicode's own line separators.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u206f\ufeff]"
)
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}


def clean(data: bytes | str) -> str:
    """Plain text with line feeds and tabs. Of a line redrawn by carriage returns, its last state remains."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    text = _ESCAPES.sub("", text)
    return "\n".join(_line(line) for line in text.split("\n"))


def visible(text: str) -> str:
    """What is no log (a name, a command, a line of source) with each control as a sign, so that nothing is hidden."""
    return _CONTROLS.sub(lambda found: _PICTURES.get(ord(found[0]), "\ufffd"), text)


def _line(line: str) -> str:
    if "\r" in line:
        line = line.rstrip("\r").rpartition("\r")[2]
    line = _CONTROLS.sub("", line)
    if len(line) <= LINE_BYTES // 4:
        return line
    encoded = line.encode()
    if len(encoded) <= LINE_BYTES:
        return line
    return encoded[: LINE_BYTES - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT


class LogBuffer:
    """Keeps the first and the last half of `limit_bytes` of a log, and says how much is missing between them.

    Threads may add at once. Text is cleaned when it is read, so that what arrives in pieces is seen whole.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._half = max(limit_bytes // 2, 1)
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0
        self._lock = threading.Lock()

    @property
    def total(self) -> int:
        """Bytes seen, kept or not."""
        return self._total

    def add(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        with self._lock:
            self._total += len(data)
            room = self._half - len(self._head)
            self._head += data[:room]
            self._tail += data[room:]
            if len(self._tail) > 2 * self._half:  # rarely, so that each byte is moved about once
                del self._tail[: -self._half]

    def text(self) -> str:
        """The kept text, cleaned; where something is missing, one line says how much."""
        with self._lock:
            head, tail = bytes(self._head), bytes(self._tail[-self._half :])
            missing = self._total - len(head) - len(tail)
        if not missing:
            return clean(head + tail)
        begin, end = _whole_lines(head, tail)
        missing += len(head) - len(begin) + len(tail) - len(end)
        join = "" if begin.endswith(b"\n") else "\n"
        return f"{clean(begin)}{join}… {missing:,} bytes are left out here …\n{clean(end)}"


def _whole_lines(head: bytes, tail: bytes) -> tuple[bytes, bytes]:
    """Both without the line that the gap cuts; a half without a line feed is kept to whole characters."""
    last, first = head.rfind(b"\n"), tail.find(b"\n")
    begin = head[: last + 1] if last >= 0 else head.decode("utf-8", "ignore").encode()
    end = tail[first + 1 :] if 0 <= first < len(tail) - 1 else tail.decode("utf-8", "ignore").encode()
    return begin, end
