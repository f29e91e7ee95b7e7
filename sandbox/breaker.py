"""Breaks a learner's app from outside, and mends it: a trusted container in the app's network namespace.

It holds NET_ADMIN there and nothing else, shares no process and no file with the app, and runs a script of ours with
the engine tree's own firewall tools; see `sandbox/engine/slot/breaker.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import docker
from docker.types import LogConfig

from sandbox.errors import SandboxError
from sandbox.probe import IMAGE, Probe

SCRIPT = "/usr/lib/slipway/breaker.py"
MEMORY = "64m"
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
    config = client.create_host_config(
        network_mode=f"container:{app}",
        read_only=True,
        cap_drop=["ALL"],
        cap_add=["NET_ADMIN"],
        security_opt=["no-new-privileges:true"],
        pids_limit=64,
        mem_limit=MEMORY,
        memswap_limit=MEMORY,
        binds={SCRIPT: {"bind": "/breaker.py", "mode": "ro"}, "/usr": {"bind": "/tree/usr", "mode": "ro"}},
        log_config=LogConfig(type="none"),
    )
    container = client.create_container(
        IMAGE,
        ["/usr/local/bin/python3", "-I", "-S", "/breaker.py"],
        user="0:0",
        stdin_open=True,
        host_config=config,
        entrypoint=[],
        labels={"slipway.probe": "1"},
    )["Id"]
    attached = client.attach_socket(container, params={"stdin": 1, "stdout": 1, "stream": 1})
    attached._sock.settimeout(None)
    stream = Probe(container, attached)
    try:
        client.start(container)
    except docker.errors.APIError:
        stream.reader.start()  # it ends with the stream that `close` ends
        stream.close()
        raise
    stream.reader.start()
    return Breaker(stream, port)
