"""Canaries of running apps: whom they run as, what they may take, what is kept of what they print."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import docker

from sandbox import containers
from sandbox.canaries import tools
from sandbox.canaries.tools import BASE, ENGINE_SECONDS, IMAGE, build, run
from sandbox.door import Slot
from sandbox.facts import Outcome, Start
from sandbox.limits import MB
from sandbox.plan import Experiment

_FLOOD = "head -c 6m /dev/zero | tr '\\0' x | fold -w 1000"


def root_is_reported_as_root(slot: Slot) -> str:
    """Root inside is another user outside; a mapping read wrongly would let every root pass as somebody."""
    app = Experiment("app", "start", after="image", ready="/")
    outcome = run(slot, BASE + 'COPY app.py /app.py\nCMD ["python", "/app.py"]\n', app)
    fact = outcome.facts.get("app")
    if not isinstance(fact, Start) or not fact.processes:
        return "an app that runs as root could not be started and looked at"
    seen = fact.processes[0]
    if seen.uids != (0, 0, 0, 0) or not seen.effective_capabilities:
        return f"a process that is root in its container was reported as uid {seen.uids}"
    return ""


def exec_enters_the_container(slot: Slot) -> str:
    """In a plain chroot, `docker exec` and health checks would see the slot's own root instead."""
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=ENGINE_SECONDS)
    try:
        made = client.create_container(IMAGE, ["sleep", "30"], network_disabled=True)["Id"]
        client.start(made)
        run = client.exec_create(made, ["test", "-e", "/usr/lib/slipway/daemon.json"])["Id"]
        client.exec_start(run, detach=True)
        while (seen := client.exec_inspect(run))["Running"]:
            time.sleep(0.01)
        entered = seen["ExitCode"] == 1
        client.remove_container(made, force=True)
    finally:
        client.close()
    return "" if entered else "a command run in a container saw the slot's own root"


def host_users_are_refused(slot: Slot) -> str:
    """A container that asks for the machine's own users does not start: root in it could write kernel settings."""
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=ENGINE_SECONDS)
    try:
        config = client.create_host_config(userns_mode="host", network_mode="none")
        made = client.create_container(IMAGE, ["true"], host_config=config)["Id"]
        try:
            client.start(made)
        except docker.errors.APIError as error:
            refused = "without a user namespace" in str(error)
            return "" if refused else f"a container with the machine's users failed for another reason: {error}"
        finally:
            client.remove_container(made, force=True)
    finally:
        client.close()
    return "a container was started with the machine's own users"


_SERVER = "import http.server as h; h.HTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()"
_CONNECT = """
import socket, sys, time
for _ in range(int(sys.argv[2])):
    try:
        socket.create_connection((sys.argv[1], 8080), 1)
        raise SystemExit(0)
    except OSError:
        time.sleep(0.3)
raise SystemExit(3)
"""


def bridge_keeps_containers_apart(slot: Slot) -> str:
    """`icc: false` is a firewall rule for bridged packets: where the kernel shows it none, it does nothing."""
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=ENGINE_SECONDS)
    made: list[str] = []

    def started(command: list[str], network: str = "bridge") -> str:
        host = client.create_host_config(network_mode=network)
        made.append(client.create_container(IMAGE, ["python", "-c", *command], host_config=host)["Id"])
        client.start(made[-1])
        return made[-1]

    try:
        server = started([_SERVER])
        address = client.inspect_container(server)["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
        own = started([_CONNECT, address, "30"], f"container:{server}")
        if client.wait(own)["StatusCode"] != 0:
            return "a server in a container did not answer in its own network"
        other = started([_CONNECT, address, "1"])
        reached = client.wait(other)["StatusCode"] == 0
    finally:
        for container in made:
            client.remove_container(container, force=True)
        client.close()
    return (
        "one container reached another over the default bridge; is the module br_netfilter loaded?" if reached else ""
    )


def app_memory_limit_holds(slot: Slot) -> str:
    outcome = _app(slot, "held = bytearray(200 << 20); time.sleep(600)", seconds=9.0)  # it ends at its limit
    return "" if outcome.limit and outcome.limit.name == "memory" else "an app used more memory than its limit"


def app_process_limit_holds(slot: Slot) -> str:
    outcome = _app(slot, "[os.fork() or (time.sleep(600), os._exit(0)) for _ in range(100)]", seconds=3.0)
    return "" if outcome.limit and outcome.limit.name == "pids" else "an app made more processes than its limit"


def _app(slot: Slot, script: str, seconds: float) -> Outcome:
    """Run it for at most `seconds`, in which even a busy machine gets it to its limit.

    It stays when it was refused something: that is counted for as long as it runs, and a slow machine looks late.
    """
    guarded = f"import os, time\ntry: {script}\nexcept OSError: time.sleep(600)"
    app = Experiment("app", "start", after="image", ready="/")
    return run(
        slot,
        f"{BASE}CMD {json.dumps(['python', '-c', guarded])}\n",
        app,
        limits=replace(tools.TIGHT, start_seconds=seconds),
    )


def output_is_bounded(slot: Slot) -> str:
    """What a step prints, and what the engine keeps of a container's output, as we start one and by itself."""
    if build(slot, f"{BASE}RUN {_FLOOD}\n", log_bytes=MB).stopped != "log":
        return "a build printed more than its limit"
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=ENGINE_SECONDS)
    try:
        for log in (containers.LOG, None):
            config = client.create_host_config(log_config=log, network_mode="none")
            made = client.create_container(IMAGE, ["sh", "-c", _FLOOD], host_config=config)["Id"]
            client.start(made)
            client.wait(made)
            kept = len(client.logs(made))
            client.remove_container(made)
            if not 0 < kept <= 2 * MB:
                return f"the engine kept {kept:,} bytes of a container's output"
    finally:
        client.close()
    return ""
