"""The defences by name, in plain words, and the sign by which each can be recognised in what an attack left behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layer:
    """`words` for people. `sign` must be found in the stored texts, `outcome` in the outcome, where they are given."""

    words: str
    sign: str = ""
    outcome: str = ""

    def shows(self, outcome: str, stored: str) -> bool:
        found = not self.sign or re.search(self.sign, stored) is not None
        return found and (not self.outcome or re.fullmatch(self.outcome, outcome) is not None)


_REFUSED = r"[Oo]peration not permitted|EPERM|[Rr]ead-only file system|EROFS|[Pp]ermission denied|EACCES"

LAYERS: Mapping[str, Layer] = {
    # Before anything is built
    "file-checks": Layer("the checks on what a form may send", outcome="refused"),
    "parser": Layer("the kind refusal before the build", outcome="refused|not-available"),
    "written-context": Layer("the platform writes every file of the build context itself"),
    "links-stay-links": Layer("the build client sends a link as a link, which leads nowhere in the image"),
    "client-environment": Layer("the build client's empty environment, without git"),
    "client-bounds": Layer("the build client's own bounds of time, memory and files"),
    # What a build may ask for
    "source-policy": Layer("the engine's source policy", sign=r"denied by policy"),
    "engine-or-policy": Layer("the engine, or its source policy", outcome="build-failed"),
    "engine-reads-as-we-do": Layer("the engine and the platform read a Dockerfile alike"),
    "entitlements": Layer("the engine grants no entitlements", sign=r"is not allowed"),
    "engine": Layer("BuildKit's own checks", outcome=r"build-failed"),
    "package-index": Layer("the index in the slot, the only address there is"),
    "network-namespace": Layer("the slot's network has no way out"),
    "own-cache": Layer("no cache or image outlives a submission"),
    # What running code may do
    "user-namespace": Layer("root inside is nobody outside"),
    "capabilities": Layer("the engine holds no power over devices, modules or the clock", sign=_REFUSED),
    "seccomp": Layer("the filter of system calls"),
    "read-only-kernel": Layer("kernel settings are read-only", sign=_REFUSED),
    "hidden-kernel": Layer("what the kernel shows of the machine is covered"),
    "mount-namespace": Layer("the slot's own root file system"),
    "pid-namespace": Layer("the slot's own process numbers: its end is the end of everything in it"),
    "no-new-privileges": Layer("set-user-ID files give nothing"),
    # What it may use
    "memory-limit": Layer("the memory limit", outcome="limit:memory"),
    "process-limit": Layer("the process limit", outcome="limit:pids"),
    "processor-limit": Layer("the processor limit"),
    "shared-memory-limit": Layer("shared memory is small", sign="No space left"),
    "slot-disk": Layer("the slot's own disk", sign="[Nn]o space left"),
    "build-bounds": Layer("the bounds on a build", outcome="limit:.*|build-failed"),
    "output-bounds": Layer("output is cut to what is worth reading"),
    "parser-bounds": Layer("the bounds of the parser", outcome="refused|build-failed|limit:.*"),
    "disk-limit": Layer("the slot's own disk", outcome="limit:disk"),
    "own-quotas": Layer("the kernel's quotas are charged to a user of the slot, not to root"),
    "tcp-buffers": Layer("buffers of a connection are small, and those of a slot bounded"),
    "file-limit": Layer("bounds on open files and core dumps"),
    "time-limit": Layer("the build's deadline", outcome="limit:time"),
    "log-limit": Layer("the bound on output", outcome="limit:log"),
    "image-limit": Layer("the bound on an image's size", outcome="limit:image"),
    "kill": Layer("everything is killed when its submission ends"),
    # What a grade rests on
    "own-probe": Layer("answers are asked for from another container"),
    "outside-view": Layer("processes and files are looked at from outside"),
    # What is shown and stored
    "log-cleaner": Layer("output becomes plain text"),
    "text-only": Layer("pages show it as text, and run nothing inline"),
    "storage": Layer("rows hold bounded, clean text"),
    # Who may do what
    "door-checks": Layer("the supervisor checks what a worker asks", outcome="refused"),
    "authorisation": Layer("people see their own, and instructors their cohorts'", outcome="refused"),
    "fence": Layer("the row's fence: one result, from whoever holds it", outcome="refused"),
    "queue-bound": Layer("bounds on waiting work", outcome="refused"),
    "sessions": Layer("signed sessions and forms", outcome="refused"),
}
