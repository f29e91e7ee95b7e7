"""What a lab asks the sandbox to do: plain frozen data, no Django and no lab types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.limits import DEFAULT, Limits

TOOLS = "slipway/tools:1"  # where learners' scripts run
CANARY = "canary"  # name of the value that stands for a secret in a build context


def fill(text: str, values: Mapping[str, str]) -> str:
    """`{name}` becomes this run's value of that name; every other brace stays as it is."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


# Called with small JSON-ready dictionaries as the work goes on, from the worker's own threads, in order:
# {"type": "phase", "phase": "build" | "measure"}, {"type": "step", "index", "of", "name", "line", "state",
# "cached", "seconds"}, {"type": "log", "step", "text"}, {"type": "experiment", "id", "kind", "state"}.
Emit = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request of the probe, and what a right answer holds. `{name}` stands for a random value."""

    path: str
    method: str = "GET"
    body: str = ""
    status: int = 200
    contains: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to one file of the build context: `old` becomes `new`, or `append` goes to its end."""

    file: str
    old: str = ""
    new: str = ""
    append: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One call of a learner's script. `{name}` in `says`, `hides` and the files stands for a random value."""

    name: str
    group: str  # what it is about, in the checks' words: "vulnerable", "clean"
    admits: bool = False  # what a right script does: exit code 0, or another
    arguments: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # name in its working directory → file of the context
    says: tuple[str, ...] = ()  # texts that its output must hold
    hides: tuple[str, ...] = ()  # texts that its output must not hold


@dataclass(frozen=True, slots=True)
class Experiment:
    """One declared experiment. Which fields apply depends on `kind`; `labs.specs` refuses the others."""

    id: str
    kind: str  # one of sandbox.experiments.KINDS
    after: str | None = None
    port: int = 8080
    ready: str = "/healthz"
    requests: tuple[Request, ...] = ()
    edit: Edit | None = None
    dependency: str = ""  # rebuild: a top-level package that the manifest installs
    code: tuple[str, ...] = ()  # write-access: source files of the lab
    start: bool = False  # rebuild: also run the new image with `port`, `ready`, `requests`
    canary: str = ""  # build: a file of the context that holds a secret, `{canary}`
    junk: str = ""  # build: a file made up beside it, of `junk_mb` random megabytes
    junk_mb: int = 0
    dockerfile: str = ""  # build: a file of the lab's context that is built instead of what the learner submits
    tag: str = ""  # build: the name by which Compose files and scripts know the image
    regain: bool = False  # start: set-user-ID bits and file capabilities count, as in a plain `docker run`
    profile: str = ""  # start, syscalls: a seccomp profile of the learner's under which it runs
    needed: tuple[str, ...] = ()  # syscalls: calls that must work, as sandbox.engine.probes.calls names them
    forbidden: tuple[str, ...] = ()  # syscalls: calls that must be refused
    script: str = ""  # script: the learner's file that is run
    image: str = TOOLS  # script, signing: the catalogue's image that they run in
    seconds: int = 10  # script, signing: for one run
    cases: tuple[Case, ...] = ()  # script
    sign: str = ""  # signing: the learner's script that signs
    verify: str = ""  # signing: the one that verifies
    attacks: tuple[
        str, ...
    ] = ()  # signing: unsigned, other-key, copied-signature, moved-tag, moving-tag, moving-tag-later, moving-tag-back
    service: str = "web"  # compose-*: the one that is asked and looked at
    how: str = "down"  # compose-cycle: down (and up), or recreate
    text: str = "{note}"  # compose-data: looked for in the containers' own layers; compose-matrix: in answers
    targets: tuple[str, ...] = ()  # compose-matrix: who is connected to, "db:5432" or "dns:53/udp"
    allowed: tuple[str, ...] = ()  # compose-matrix: connections that have to work, "web>db", "web>outside"
    relayed: tuple[str, ...] = ()  # compose-matrix: "web>db LIST": nobody whom web reaches answers LIST as db does
    repeat: int = 1  # compose-load: how often all requests are made, `at_once` at the same time
    at_once: int = 1
    memory_mb: int = 0  # compose-pressure: the budget
    pids: int = 0
    cpus: float = 0.0
    texts: tuple[str, ...] = ()  # leaks: secrets that the starter itself holds, 8 to 200 characters each
    reader: str = ""  # registry: "name:password" of who may pull
    writer: str = ""  # registry: of who may push, too
    passwords: tuple[str, ...] = ()  # registry: the learner's password files
    faults: tuple[str, ...] = ()  # health: what breaks the app, one after another: refuse, error, hang, stall


@dataclass(frozen=True, slots=True)
class Plan:
    """A lab's experiments over one submission's files."""

    lab: str
    context: Mapping[str, bytes]  # the lab's own files for the build context; the learner's texts go on top
    files: Mapping[str, str]  # the learner's texts, by the names that the lab gives
    experiments: tuple[Experiment, ...]
    values: Mapping[str, str] = field(default_factory=dict)  # this run's random values, for `{name}`
    limits: Limits = DEFAULT
    starter: Mapping[str, str] = field(default_factory=dict)  # what the lab gave out, for `image-files`
    executables: frozenset[str] = frozenset()  # learner's files that are scripts: written with mode 0755
