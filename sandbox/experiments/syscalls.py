"""`syscalls`: which system calls does the learner's seccomp profile let through? Tried in the kernel, one by one.

Our probe runs twice: under the profile, loaded by the engine as for any container, and without one. In the profile,
every refusal becomes an error that no kernel returns: a killing one too, so that the probe outlives it, and none can
pass for the kernel's own answer. What the probe was answered is read from its memory, so it may be forbidden to write.
"""

from __future__ import annotations

import base64
import contextlib
import secrets
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import docker

from sandbox import aiming, containers, profiletext, seccomp
from sandbox.engine.probes.calls import CALLS, DONE, Call
from sandbox.errors import SandboxError
from sandbox.facts import Fact, Problem
from sandbox.plan import Experiment
from sandbox.probe import IMAGE
from sandbox.syscallfacts import Outcome, Syscalls, Tried

if TYPE_CHECKING:
    from sandbox.session import Session

PROBE = "/usr/lib/slipway-probes/syscalls"  # in the slot's root
SECONDS, PAUSE = 10.0, 0.01  # it makes all its calls within a millisecond
NO_SUCH_CALL = -38  # ENOSYS
MEMORY = "32m"
FREE = "unconfined"  # what the engine calls a container without a profile
Answers = Mapping[str, tuple[int, ...]]  # by call, one a try


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Syscalls:
    profile = profiletext.read(session.plan.files[experiment.profile], experiment.profile)
    if isinstance(profile, Problem):
        return Syscalls(experiment.profile, False, problem=profile.message, line=profile.line)
    control = session.pool.submit(_answers, session, FREE)
    extra = aiming.aimed(profile, experiment.forbidden)
    measured = _answers(session, seccomp.marked(seccomp.startable(profile)).text(), extra)
    free = control.result()
    if isinstance(free, Problem):
        raise SandboxError(f"the seccomp probe does not run: {free.message}")
    told = Syscalls(experiment.profile, False, profile.default_action, unknown_names=profile.unknown)
    told = replace(told, ignored_keys=profile.ignored)
    if isinstance(measured, Problem):
        return replace(told, problem=measured.message)
    named = profile.names | set(seccomp.RUNTIME)
    calls = tuple(_judged(call, measured[call.name], free[call.name], experiment, named) for call in CALLS)
    return replace(told, loaded=True, calls=calls)


def _judged(
    call: Call, measured: tuple[int, ...], free: tuple[int, ...], experiment: Experiment, named: frozenset[str]
) -> Tried:
    """Refused: a mark of ours, or "no such call" where the kernel has it, as the engine says of calls newer than all
    that a profile names."""
    words = [seccomp.refusal(answer) or ("ENOSYS" if answer == NO_SUCH_CALL else "") for answer in measured]
    known = NO_SUCH_CALL not in free
    outcome: Outcome = "refused" if all(words) else "partly" if any(words) else "allowed"
    if seccomp.PRETENDED in words:
        outcome = "pretended"
    return Tried(
        name=call.name,
        listed="needed" if call.name in experiment.needed else "forbidden" if call.name in experiment.forbidden else "",
        named=call.syscall in named,
        outcome=outcome if known else "unknown",
        refusal=next(filter(None, words), "") if known else "",
    )


def _answers(session: Session, profile: str, extra: Sequence[aiming.Aimed] = ()) -> Answers | Problem:
    """The probe's answers under a profile, or why it could not be started. `extra`: more tries than its own."""
    with _probe(session, profile, [aiming.word(one) for one in extra]) as started:
        if isinstance(started, Problem):
            return started
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and not session.stop.is_set():
            state = session.client.inspect_container(started)["State"]  # before the look: it may end in between
            words = _words(session.ask("results", container=started)["results"])
            if words:
                return _by_call(words, extra)
            if not state["Running"]:
                return Problem(f"the container ended before its program began, with exit code {state['ExitCode']}")
            time.sleep(PAUSE)
    raise SandboxError("the seccomp probe was started and left no results")


def _words(encoded: str | None) -> tuple[int, ...]:
    """The answers in the order of the calls; () while they are not complete."""
    raw = base64.b64decode(encoded or "")
    count = len(raw) // 8
    words = struct.unpack(f"<{count}q", raw[: count * 8])
    return words[1:] if words and words[0] == DONE else ()


def _by_call(words: tuple[int, ...], extra: Sequence[aiming.Aimed]) -> Answers:
    answers, place = dict[str, tuple[int, ...]](), 0
    for call in CALLS:
        answers[call.name] = words[place : place + len(call.tries)]
        place += len(call.tries)
    for (call, _), answer in zip(extra, words[place:], strict=False):
        answers[call.name] += (answer,)
    return answers


@contextlib.contextmanager
def _probe(session: Session, profile: str, extra: Sequence[str]) -> Iterator[str | Problem]:
    client = session.client
    config = client.create_host_config(
        network_mode="none",
        read_only=True,
        security_opt=["no-new-privileges:true", f"seccomp={profile}"],
        pids_limit=16,
        mem_limit=MEMORY,
        memswap_limit=MEMORY,
        binds={PROBE: {"bind": "/probe", "mode": "ro"}},
        log_config=containers.LOG,  # the container runtime writes there why it gave up
    )
    command = ["/probe", secrets.token_hex(8), *extra]
    made = client.create_container(IMAGE, command, user="65534:65534", host_config=config, entrypoint=[])["Id"]
    try:
        with contextlib.nullcontext() if profile == FREE else containers.bounded_start(session, made):
            client.start(made)
    except docker.errors.APIError as error:
        yield containers.refused_by_profile(client, error, made)
        return
    try:
        yield made
    finally:
        with contextlib.suppress(docker.errors.APIError):  # the session was ended
            client.kill(made)
