"""What the parser refuses, given to Compose and the engine as it is: the slot has to stop each by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from sandbox.compose import emission, project
from sandbox.compose.client import Client
from sandbox.compose.given import Given
from sandbox.door import Slot
from sandbox.limits import DEFAULT

pytestmark = pytest.mark.engine
IMAGE = "python:3.11-slim"
THROUGH = "BREACH-" + "GOT-THROUGH"
# Put together when it runs, so that the text of the command is never taken for its result.
SAY = 'print("BREACH-" + "GOT-THROUGH")'
SOCKET = """
import socket
s = socket.socket(socket.AF_UNIX); s.connect("/x.sock"); s.sendall(b"GET /_ping HTTP/1.0\\r\\n\\r\\n")
assert b"OK" in s.recv(1000)
"""
MACHINE = f"import os; assert os.path.exists('/x{Path(__file__).resolve().parents[3]}')"
OUT = "import socket; socket.create_connection(('198.51.100.1', 80), 2)"
DEVICE = "import os; os.mknod('/tmp/d', 0o60600, os.makedev(7, 0)); open('/tmp/d', 'rb').read(1)"
MODULE = "import ctypes; assert ctypes.CDLL(None, use_errno=True).syscall(313, -1, b'', 0) == 0"
CLOCK = "import time; time.clock_settime(time.CLOCK_REALTIME, time.time())"
KERNEL = "open('/proc/sys/kernel/panic', 'w').close()"  # opened, and never written: it is the machine's
PROCESSES = """
import os
lines = [open(f"/proc/{p}/cmdline").read() for p in os.listdir("/proc") if p.isdigit()]
assert any("sandbox." + "engine" in line for line in lines)
"""
Tried = Callable[[str, str], str]


@pytest.fixture
def tried(slot: Slot, tmp_path: Path) -> Iterator[Tried]:
    """`tried(keys, payload)`: everything that Compose and the container said."""
    slot.tainted = True
    engine = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=30)

    def run(keys: str, payload: str) -> str:
        command = json.dumps(["python", "-c", f"{payload}\n{SAY}"])
        client = Client(slot.docker, slot.tree, tmp_path / "compose")
        client.write(f"services:\n  web:\n    image: {IMAGE}\n    command: {command}\n    {keys}\n")
        ran = client.run(["up", "--abort-on-container-exit", "--no-color"], 20.0)
        said = [ran.output]
        for one in engine.containers(all=True, filters={"label": "com.docker.compose.service=web"}):
            said.append(engine.logs(one["Id"]).decode(errors="replace"))
        return "\n".join(said)

    yield run
    engine.close()


@pytest.mark.parametrize(
    ("keys", "payload"),
    [
        ("privileged: true", MODULE),
        ("privileged: true\n    userns_mode: host", MODULE),
        ("privileged: true\n    userns_mode: host", CLOCK),
        ("privileged: true\n    userns_mode: host", DEVICE),
        ("privileged: true\n    userns_mode: host", KERNEL),
        ("privileged: true\n    userns_mode: host\n    pid: host", PROCESSES),
        ("userns_mode: host\n    network_mode: host", OUT),
        ("network_mode: host", OUT),
        ("pid: host", PROCESSES),
        ("cap_add: [ALL]", MODULE),
        ("cap_add: [SYS_TIME]", CLOCK),
        ("cap_add: [MKNOD]\n    device_cgroup_rules: ['b 7:* rwm']", DEVICE),
        ("security_opt: ['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined']", KERNEL),
        ("volumes: ['/run/engine/docker.sock:/x.sock']", SOCKET),
        ("volumes: ['/:/x']", MACHINE),
        ("devices: ['/dev/loop0:/tmp/d']", "open('/tmp/d', 'rb').read(1)"),
        ("sysctls: {kernel.panic: 0}", ""),
        ("pull_policy: always", "raise SystemExit"),
    ],
)
def test_the_slot_stops_it_by_itself(tried: Tried, keys: str, payload: str) -> None:
    assert THROUGH not in tried(keys, payload)


def test_the_payloads_word_is_seen_when_nothing_stops_it(tried: Tried) -> None:
    assert THROUGH in tried("user: '65534'", "pass")


NEVER = ("cap_add", "cgroup", "devices", "network_mode", "pid", "privileged", "sysctls", "userns_mode")


def test_our_own_file_cannot_even_say_it() -> None:
    """Whatever a file holds, ours is made from the model, and the model has no place for these."""
    given = Given(image=lambda name: name)
    model = project.read(f"services: {{web: {{image: {IMAGE}, privileged: false, x-pid: host}}}}", given)
    ours = emission.ours(model, emission.Terms(given, DEFAULT))["services"]
    assert isinstance(ours, dict) and isinstance(ours["web"], dict)
    assert not set(NEVER) & set(ours["web"])
