"""Why a project did not come up, in words: the service, how it ended, what it said last, and the line in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.compose.client import PROJECT
from sandbox.compose.nodes import FILE
from sandbox.compose.services import LAST_USER, Service
from sandbox.facts import Problem, Unavailable
from sandbox.logs import clean

LINES, CHARACTERS = 3, 160
_CONTAINER = re.compile(rf"\b{PROJECT}-([\w.-]+)-\d+\b")
_ENDED = re.compile(r"\b([\w.-]+) exited \((\d+)\)|service \"([\w.-]+)\" didn't complete successfully: exit (\d+)")
_SICK = re.compile(r"\b([\w.-]+) is unhealthy")
_UNMAPPED = re.compile(r"unmapped user|unmapped group|cannot be mapped to a host")
_TAKEN = re.compile(r":(\d+)\b.*port is already allocated|port is already allocated")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is known: Compose's output, the file's services, the engine's containers, the last lines of each."""

    output: str
    services: Mapping[str, Service]
    containers: Mapping[str, Mapping[str, Any]]
    tails: Mapping[str, str]

    def problem(self) -> Problem:
        said = [line for line in self.output.splitlines() if line.strip() and "level=warning" not in line]
        text = _CONTAINER.sub(r"\1", said[-1] if said else "Compose gave no reason.").replace(f"{PROJECT}_", "")
        text = text.removeprefix("Error response from daemon: ")
        text = text.rpartition("unable to start container process: ")[2].removesuffix(": unknown")
        return self._ended(text) or self._sick(text) or self._other(text)

    def not_offered(self) -> Unavailable | None:
        """What the engine of everybody else would have started; None: the trouble is the file's or the image's."""
        if not _UNMAPPED.search(self.output):
            return None
        failed = [name for name, one in self.containers.items() if one["State"].get("Error")]
        line = self._line(failed[0], "user") if failed else None
        message = f"User numbers go up to {LAST_USER:,} here, and a service or its image names a higher one."
        return Unavailable("feature", "user", message, line, FILE)

    def _ended(self, text: str) -> Problem | None:
        found = _ENDED.search(text)
        if found is None:
            return None
        name, code = found[1] or found[3], found[2] or found[4]
        message = f"“{name}” ended with exit code {code}, and another service waits for it{self._last_words(name)}"
        return Problem(message, self._line(name), FILE)

    def _sick(self, text: str) -> Problem | None:
        found = _SICK.search(text)
        name = found[1] if found else ""
        if name not in self.services:
            return None
        health = (self.containers.get(name, {}).get("State") or {}).get("Health") or {}
        trials = health.get("Log") or [{}]
        printed = clean(str(trials[-1].get("Output", ""))).strip()[:CHARACTERS]
        last = f"; it printed “{printed}”" if printed else "; it printed nothing"
        if trials[-1].get("ExitCode") in {126, 127} or "executable file not found" in printed:
            last += ". Is the program that it names in the image?"
        message = (
            f"“{name}” is unhealthy, and another service waits for it: its check, run every half second here, failed "
            f"{health.get('FailingStreak', '')} times{last}"
        )
        return Problem(message, self._line(name, "healthcheck"), FILE)

    def _other(self, text: str) -> Problem:
        lines = {name: one.line for name, one in self.services.items()}
        named = [line for name, line in lines.items() if re.search(rf"\b{re.escape(name)}\b", text)]
        failed = [name for name, one in self.containers.items() if one["State"].get("Error") and name in lines]
        named += [lines[name] for name in failed]
        if _TAKEN.search(text):
            port = _TAKEN.search(text)
            text = f"Port {port[1] if port and port[1] else ''} of the machine is used already: give this one another"
            return Problem(text, self._line(failed[0], "ports") if failed else None, FILE)
        return Problem(text[:400], named[0] if named else None, FILE)

    def _last_words(self, name: str) -> str:
        said = [line.strip() for line in self.tails.get(name, "").splitlines() if any(map(str.isalnum, line))]
        shown = " / ".join(line[:CHARACTERS] for line in said[-LINES:])
        return f"; its last lines: “{shown}”" if shown else "; it printed nothing"

    def _line(self, name: str, key: str = "") -> int | None:
        service = self.services.get(name)
        return service.lines.get(key, service.line) if service else None
