"""The facts that others are built on: a problem in the learner's words, what is not here, and an app that ran.

Read `sandbox.facts` for what holds for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Something this sandbox does not have; the submission does not count as an attempt."""

    kind: Literal["image", "package", "feature"]
    name: str
    message: str  # one plain sentence, with what to do
    line: int | None = None
    file: str = "Dockerfile"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a build could not start or did not finish, in the learner's terms."""

    message: str
    line: int | None = None
    file: str = "Dockerfile"


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a container, read from outside through /proc and the user namespace's uid map."""

    pid: int  # as the container numbers it
    name: str
    command: str
    uids: tuple[int, int, int, int]  # real, effective, saved, file system
    gids: tuple[int, int, int, int]
    groups: tuple[int, ...]
    effective_capabilities: tuple[str, ...]
    sample: int  # 1 soon after start, 2 after the requests
    permitted_capabilities: tuple[str, ...] = ()  # those that it may make effective whenever it likes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request that the trusted probe sent from another container, and what came back."""

    method: str
    path: str
    status: int | None  # None: no answer
    body: str  # bounded, cleaned
    wanted: str  # what a right answer holds, in words: "201", "200 and “hello-7f3a”"
    ok: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """`kind = "start"`: the image run as it says, probed from another container."""

    answered: bool  # the ready path said 2xx within the time allowed
    seconds: float
    port: int
    exchanges: tuple[Exchange, ...] = ()
    processes: tuple[Process, ...] = ()
    exit_code: int | None = None  # None: still running when the experiment ended
    log_tail: str = ""
    problem: Problem | None = None  # the engine refused to start it: no such user, no such program
