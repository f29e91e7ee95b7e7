"""When was the engine at work? Wraps, for the length of a measurement, every way in which a grading waits for it.

In flight counts: the buildx client, the Compose client, a request of docker-py, a question to the supervisor, an order
to the probe (an app that starts up is no time of ours), a script that runs, and a wait for a state of health, which the
engine's own checks bring about. The long wait for an app's end does not count: it is in flight all the time and nothing
waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import docker  # loads it before the clock starts: a worker has it loaded when a submission comes

from sandbox import scripts
from sandbox.builder import Builder
from sandbox.compose.client import Client
from sandbox.door import Control
from sandbox.probe import Probe
from sandbox.watching import Watch

Interval = tuple[float, float]


@dataclass(slots=True)
class Trace:
    """Intervals by the monotonic clock, appended from several threads."""

    intervals: list[Interval] = field(default_factory=list)

    def timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            begun = time.monotonic()
            try:
                return call(*args, **kwargs)
            finally:
                self.intervals.append((begun, time.monotonic()))

        return wrapped

    def sent(self, send: Callable[..., Any]) -> Callable[..., Any]:
        timed = self.timed(send)

        def wrapped(client: Any, request: Any, **kwargs: Any) -> Any:
            waits = request.url.partition("?")[0].endswith("/wait")
            return (send if waits else timed)(client, request, **kwargs)

        return wrapped

    def ordered(self, order: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(probe: Probe, **fields: Any) -> Any:
            begun = time.monotonic()
            number, future = order(probe, **fields)
            future.add_done_callback(lambda _: self.intervals.append((begun, time.monotonic())))
            return number, future

        return wrapped


@contextmanager
def tracing() -> Iterator[Trace]:
    """A trace of every engine call in this process until the block ends."""
    trace = Trace()
    hooks: list[tuple[Any, str, Callable[..., Any]]] = [
        (Builder, "build", trace.timed(Builder.build)),
        (Client, "run", trace.timed(Client.run)),
        (docker.APIClient, "send", trace.sent(docker.APIClient.send)),
        (Control, "ask", trace.timed(Control.ask)),
        (Probe, "order", trace.ordered(Probe.order)),
        (Watch, "wait", trace.timed(Watch.wait)),
        (scripts, "_wait", trace.timed(scripts._wait)),
    ]
    before = [(owner, name, owner.__dict__.get(name)) for owner, name, _ in hooks]
    for owner, name, wrapped in hooks:
        setattr(owner, name, wrapped)
    try:
        yield trace
    finally:
        for owner, name, original in before:
            # `send` is inherited: taking ours away lets the parent's show again.
            delattr(owner, name) if original is None else setattr(owner, name, original)


def outside(begun: float, ended: float, intervals: Sequence[Interval]) -> float:
    """Seconds between `begun` and `ended` that no interval covers."""
    left, covered = ended - begun, begun
    for start, end in sorted(intervals):
        start, end = max(start, covered), min(end, ended)  # noqa: PLW2901  # clipped to what is not yet covered
        if end > start:
            left -= end - start
            covered = end
    return left
