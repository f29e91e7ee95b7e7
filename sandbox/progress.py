"""Reads BuildKit's progress as the build client writes it: steps as they move, output as it comes.

The client (`--progress=rawjson`) writes JSON documents to standard error, indented over many lines or one a line
depending on its version, and after them plain text: an excerpt of the Dockerfile and `ERROR: …`. A document begins
with a line that begins with `{` and ends with a line `}`; whatever else is on a line of its own is that text.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.dockerfile import Dockerfile, Instruction
from sandbox.facts import Problem, Step
from sandbox.logs import clean

DOCUMENT_BYTES = 4 * 1024 * 1024  # a longer document is left out: a step's name can be as long as its Dockerfile
TAIL_BYTES = 64 * 1024  # of the text after the documents, and of the output kept for `log_tail`
VERTEX_LIMIT = 2000  # steps that are remembered; a Dockerfile of 64 KiB can have more, and nobody reads them
NAME_CHARACTERS = 300
ERROR_CHARACTERS = 4000  # of a step's error, which quotes the step's whole command: its two ends
KEY_CHARACTERS = 100  # of a digest (71) or a time (35)

State = Literal["waiting", "running", "done", "failed", "cancelled"]
# "[stage 2/5] RUN …", without a stage in a Dockerfile of one, with a platform where several are built.
_NUMBERED = re.compile(
    r"\[(?:[\w.-]+/[\w./-]+ )?(?:(?P<stage>\S+) )?(?P<index>\d+)/(?P<of>\d+)\] (?P<text>.*)", re.DOTALL
)
_EXIT_CODE = re.compile(r'process "(?P<command>.*)" did not complete successfully: (?P<how>.*)', re.DOTALL)
_CHAIN = re.compile(r"\A(?:failed to build: )?(?:failed to solve: )?")  # what every error begins with
_PLACE = re.compile(r"^(?P<file>\S+):(?P<line>[0-9]{1,7})$", re.MULTILINE)
_CONTEXT, _TRANSFER = "[internal] load build context", "transferring context:"
_STEP_MAKERS = {"RUN", "COPY", "ADD", "WORKDIR"}


@dataclass(frozen=True, slots=True)
class Event:
    """One change: a step's new state, or output of a step (`log` is not empty)."""

    vertex: Vertex
    log: str = ""


@dataclass(slots=True)
class Vertex:
    """A node of the build graph. Only numbered ones are steps of the Dockerfile."""

    name: str
    state: State = "waiting"
    cached: bool = False
    started: str = ""
    completed: str = ""
    error: str = ""

    @property
    def numbered(self) -> re.Match[str] | None:
        return _NUMBERED.fullmatch(self.name)

    @property
    def seconds(self) -> float:
        if not self.started or not self.completed:
            return 0.0
        return max(0.0, round(_time(self.completed) - _time(self.started), 3))


@dataclass(slots=True)
class Tail:
    """The newest texts, within TAIL_BYTES characters; each counts one more than it is long."""

    parts: deque[str] = field(default_factory=deque)
    size: int = 0

    def add(self, text: str) -> None:
        self.parts.append(text[-TAIL_BYTES:])
        self.size += len(self.parts[-1]) + 1
        while self.size > TAIL_BYTES and len(self.parts) > 1:
            self.size -= len(self.parts.popleft()) + 1


@dataclass(slots=True)
class Progress:
    """Feed it the client's output; ask it afterwards (or meanwhile) where the build stands."""

    vertexes: dict[str, Vertex] = field(default_factory=dict)
    _sent: dict[str, int] = field(default_factory=dict)  # bytes transferred, by a vertex's digest
    _rest: bytearray = field(default_factory=bytearray)
    _document: list[bytes] = field(default_factory=list)
    _size: int = 0
    _text: Tail = field(default_factory=Tail)
    _output: Tail = field(default_factory=Tail)

    def feed(self, data: bytes) -> list[Event]:
        """Events of every document that `data` completes."""
        end, newline, rest = data.partition(b"\n")
        self._rest += end
        if not newline:
            if len(self._rest) > DOCUMENT_BYTES:
                self._rest.clear()
            return []
        *lines, last = [bytes(self._rest), *rest.split(b"\n")]
        self._rest = bytearray(last)
        return [event for line in lines for event in self._line(line)]

    def close(self) -> None:
        """The output has ended: what is left over is text."""
        if self._rest:
            self._line(bytes(self._rest))
            self._rest.clear()

    def _line(self, line: bytes) -> list[Event]:
        if self._document:
            return self._inside(line)
        if not line.startswith(b"{"):
            self._text.add(line.decode(errors="replace"))
            return []
        if line.rstrip().endswith(b"}") and len(line) > 2:
            return self._read(line)
        self._document, self._size = [line], len(line)
        return []

    def _inside(self, line: bytes) -> list[Event]:
        self._size += len(line) + 1
        if self._size <= DOCUMENT_BYTES:
            self._document.append(line)
        if line != b"}":
            return []
        whole, self._document = b"\n".join(self._document), []
        return self._read(whole) if self._size <= DOCUMENT_BYTES else []

    def _read(self, whole: bytes) -> list[Event]:
        try:
            document = json.loads(whole)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            self._text.add(whole.decode(errors="replace"))
            return []
        self._count(_entries(document.get("statuses")))
        events = [self._move(entry) for entry in _entries(document.get("vertexes"))]
        return [event for event in events if event is not None] + self._logs(_entries(document.get("logs")))

    def _count(self, statuses: list[dict[str, Any]]) -> None:
        """A transfer may be told of before its vertex is named, or in the same document."""
        for status in statuses:
            current = status.get("current")
            if status.get("id") == _TRANSFER and isinstance(current, int) and 0 <= current < 2**53:
                digest = _text(status, "vertex", KEY_CHARACTERS)
                if digest in self._sent or len(self._sent) < VERTEX_LIMIT:
                    self._sent[digest] = max(self._sent.get(digest, 0), current)

    @property
    def context_sent(self) -> int | None:
        """Bytes of the build context that the builder's COPY lines asked for so far; None: it has not said."""
        named = (digest for digest, vertex in self.vertexes.items() if vertex.name == _CONTEXT)
        return max((self._sent[digest] for digest in named if digest in self._sent), default=None)

    def _move(self, entry: dict[str, Any]) -> Event | None:
        digest = _text(entry, "digest", KEY_CHARACTERS)
        vertex = self.vertexes.get(digest)
        if vertex is None:
            if len(self.vertexes) >= VERTEX_LIMIT:
                return None
            vertex = self.vertexes[digest] = Vertex(_text(entry, "name", 2 * NAME_CHARACTERS))
        vertex.started = _text(entry, "started", KEY_CHARACTERS)
        vertex.completed = _text(entry, "completed", KEY_CHARACTERS)
        vertex.cached = bool(entry.get("cached"))
        vertex.error = _ends(_text(entry, "error", DOCUMENT_BYTES))
        vertex.state = _state(vertex)
        return Event(vertex)

    def _logs(self, entries: list[dict[str, Any]]) -> list[Event]:
        """Output of one document, joined for each step: a flood comes as many small pieces."""
        joined: dict[str, list[bytes]] = {}
        for entry in entries:
            try:
                data = base64.b64decode(_text(entry, "data", DOCUMENT_BYTES))
            except (binascii.Error, ValueError):
                continue
            joined.setdefault(_text(entry, "vertex", KEY_CHARACTERS), []).append(data)
        events = []
        for digest, pieces in joined.items():
            text = b"".join(pieces).decode(errors="replace")
            self._output.add(text)
            if digest in self.vertexes:
                events.append(Event(self.vertexes[digest], text))
        return events

    def steps(self, parsed: Dockerfile) -> tuple[Step, ...]:
        """The Dockerfile's steps in the order of their lines."""
        found: dict[str, Step] = {}
        for vertex in self.vertexes.values():
            if vertex.numbered:
                step = _step(vertex, parsed)
                # BuildKit may show one step as several vertexes: it ran if any of them did.
                if step.name not in found or found[step.name].cached:
                    found[step.name] = step
        return tuple(sorted(found.values(), key=lambda step: (step.line or 0, step.name)))

    def running_step(self, parsed: Dockerfile) -> str | None:
        """Name of a step that has begun and not ended; else of one that failed."""
        for state in ("running", "failed", "cancelled"):
            names = [step.name for step in self.steps(parsed) if step.state == state]
            if names:
                return names[-1]
        return None

    @property
    def text(self) -> tuple[str, ...]:
        """What the client said after its last document."""
        return tuple(self._text.parts)

    def log_tail(self, lines: int) -> str:
        return "\n".join("".join(self._output.parts).splitlines()[-lines:])

    def problem(self, parsed: Dockerfile) -> Problem:
        """Why the build did not finish, in the learner's terms, with the line where there is one."""
        for vertex in self.vertexes.values():
            if vertex.state == "failed" and vertex.numbered:
                step = _step(vertex, parsed)
                return Problem(_in_words(vertex.error, step), step.line)
        text = "\n".join(self._text.parts)
        place = _PLACE.search(text)
        reason = _CHAIN.sub("", text.rpartition("ERROR: ")[2].strip())
        message = clean(reason)[:1000] or "the build ended without saying why"
        return Problem(message, int(place["line"]) if place else None)


def step_of(vertex: Vertex, parsed: Dockerfile) -> Step | None:
    """The step that a vertex stands for; None for BuildKit's own work."""
    return _step(vertex, parsed) if vertex.numbered else None


def _step(vertex: Vertex, parsed: Dockerfile) -> Step:
    found = vertex.numbered
    stage, instruction = _instruction(parsed, found["stage"] or "", int(found["index"])) if found else ("", None)
    name = clean(vertex.name.replace("docker.io/library/", "")).replace("\n", " ")[:NAME_CHARACTERS]
    line = instruction.start_line if instruction else None
    return Step(name, line, vertex.cached, vertex.seconds, vertex.state, stage)


def _instruction(parsed: Dockerfile, label: str, index: int) -> tuple[str, Instruction | None]:
    """BuildKit numbers what makes a step in each stage from 1; a FROM that names an image is the first."""
    for stage in parsed.stages:
        name = (stage.name or f"stage-{stage.index}").lower()
        if label and label.lower() != name:
            continue
        own = [i for i in parsed.instructions if i.stage == stage.index]
        from_image = stage.from_stage is None and (stage.base_resolved or "").lower() != "scratch"
        makers = [i for i in own if i.name in _STEP_MAKERS or (i.name == "FROM" and from_image)]
        return stage.name or "", makers[index - 1] if 0 < index <= len(makers) else None
    return label, None


def _state(vertex: Vertex) -> State:
    if vertex.error:
        return "cancelled" if "context canceled" in vertex.error else "failed"
    if vertex.completed:
        return "done"
    return "running" if vertex.started else "waiting"


def _in_words(error: str, step: Step) -> str:
    found = _EXIT_CODE.search(error)
    text = step.name.partition("] ")[2] or step.name
    if found is None:
        return clean(_CHAIN.sub("", error))[:1000]
    how = found["how"].strip()
    code = how.removeprefix("exit code: ")
    ended = f"ended with exit code {code}" if code.isdigit() else f"did not finish: {clean(how)[:200]}"
    return f"`{text}` {ended}"


def _time(text: str) -> float:
    """Seconds of an RFC 3339 time; Python reads at most microseconds, BuildKit writes nanoseconds."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text).replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(entry: dict[str, Any], key: str, most: int) -> str:
    value = entry.get(key)
    return value[:most] if isinstance(value, str) else ""


def _ends(text: str) -> str:
    half = ERROR_CHARACTERS // 2
    return text if len(text) <= ERROR_CHARACTERS else f"{text[:half]}…{text[-half:]}"
