"""Breaks a learner's app from outside, and mends it: a trusted container in the app's network namespace.

It holds NET_ADMIN there and nothing else, shares no process and no file with the app, and runs a script of ours with
the engine tree's own firewall tools; see `sandbox/engine/slot/breaker.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import docker

from sandbox import probe
from sandbox.errors import SandboxError
from sandbox.probe import Probe

SCRIPT = "/usr/lib/slipway/breaker.py"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Breaker:
    """One app's breaker. `stream` speaks the probe's language: orders as lines, answers as lines."""

    stream: Probe
    port: int

    def put(self, fault: str) -> None:
        """Put a fault in force, or take it away with NONE. Returns when the kernel has the rules."""
        answer = self.stream.ask(fault=fault, port=self.port)
        if answer.status != 0:
            raise SandboxError(f"the app could not be broken: {answer.error}")

    def close(self) -> None:
        self.stream.close()


def start(client: docker.APIClient, app: str, port: int) -> Breaker:
    """A breaker beside the running container `app`. docker.errors.APIError: the app has ended."""
    tools = {"/usr": {"bind": "/tree/usr", "mode": "ro"}}
    stream = probe.launch(client, SCRIPT, "0:0", tools, network_mode=f"container:{app}", cap_add=["NET_ADMIN"])
    return Breaker(stream, port)
