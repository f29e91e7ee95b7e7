"""What grades and safety rest on, tried on this very machine before any learner's work runs here.

Each canary takes a leased slot and returns "" or one sentence that says what does not hold. A setting that fails open
(a policy that is not read, limits that are discarded, a mapping that is not applied) shows here and nowhere else.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docker

from sandbox import policy
from sandbox.available import Stock
from sandbox.builder import Builder, Finished, Order
from sandbox.door import Slot
from sandbox.facts import Outcome, Rebuild, Start
from sandbox.limits import DEFAULT, Limits
from sandbox.plan import Edit, Experiment, Plan

BASE = "FROM python:3.11-slim\n"
_APP = b"import http.server as h\nh.HTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()\n"
_TIGHT = replace(DEFAULT, build_seconds=20, build_memory_mb=64, build_pids=40)


def _run(slot: Slot, dockerfile: str, *experiments: Experiment, limits: Limits = DEFAULT) -> Outcome:
    context = {"app.py": _APP, "note": b"1"}
    plan = Plan("canary", context, {"Dockerfile": dockerfile}, (Experiment("image", "build"), *experiments))
    return slot.run(replace(plan, limits=limits), lambda event: None)


def _build(slot: Slot, dockerfile: str) -> Finished:
    """A build without our own refusals in front: what the engine itself does with it."""
    rules = policy.rules(Stock.load(slot.stock))
    builder = Builder(slot.docker, slot.tree, rules, uuid.uuid4().hex, replace(DEFAULT, build_seconds=20))
    with tempfile.TemporaryDirectory(prefix="slipway-canary-") as work:
        context = Path(work) / "context"
        context.mkdir()
        file = Path(work) / "Dockerfile"
        file.write_text(dockerfile, "utf-8")
        return builder.build(Order(context, file, Path(work) / "client"), lambda progress, event: None)


def root_is_reported_as_root(slot: Slot) -> str:
    """Root inside is another user outside; a mapping read wrongly would let every root pass as somebody."""
    app = Experiment("app", "start", after="image", ready="/")
    outcome = _run(slot, BASE + 'COPY app.py /app.py\nCMD ["python", "/app.py"]\n', app)
    fact = outcome.facts.get("app")
    if not isinstance(fact, Start) or not fact.processes:
        return "an app that runs as root could not be started and looked at"
    seen = fact.processes[0]
    if seen.uids != (0, 0, 0, 0) or not seen.effective_capabilities:
        return f"a process that is root in its container was reported as uid {seen.uids}"
    return ""


def memory_limit_holds(slot: Slot) -> str:
    outcome = _run(slot, BASE + "RUN tail /dev/zero\n", limits=_TIGHT)
    return "" if outcome.limit and outcome.limit.name == "memory" else "a build used more memory than its limit"


def process_limit_holds(slot: Slot) -> str:
    outcome = _run(slot, BASE + "RUN for i in $(seq 200); do sleep 5 & done; wait\n", limits=_TIGHT)
    return "" if outcome.limit and outcome.limit.name == "pids" else "a build made more processes than its limit"


def policy_is_enforced(slot: Slot) -> str:
    if _build(slot, "FROM elsewhere:1\nRUN true\n").ok:
        return "an image outside the catalogue was built on"
    text = "\n".join(_build(slot, BASE + "ADD http://192.0.2.1/x /x\n").progress.text)
    return "" if "denied by policy" in text else "a remote ADD was not denied by the source policy"


def host_network_is_refused(slot: Slot) -> str:
    finished = _build(slot, BASE + "RUN --network=host true\n")
    return "a build step got the slot's own network" if finished.ok else ""


def build_steps_are_confined(slot: Slot) -> str:
    """Root in a step is mapped, filtered by seccomp, and has no way out but the package index."""
    tried = (
        "import os, socket\n"
        "status = dict(line.split(':', 1) for line in open('/proc/self/status') if ':' in line)\n"
        "assert status['Seccomp'].strip() == '2', 'no seccomp filter'\n"
        "assert open('/proc/self/uid_map').read().split()[1] != '0', 'root is not mapped'\n"
        "for family in (38, 40):\n"
        "    try:\n"
        "        socket.socket(family, socket.SOCK_STREAM if family == 40 else socket.SOCK_SEQPACKET)\n"
        "    except OSError:\n"
        "        continue\n"
        "    raise SystemExit('socket family %d is open' % family)\n"
        "try:\n"
        "    socket.create_connection(('192.0.2.1', 80), 1)\n"
        "except OSError:\n"
        "    raise SystemExit(0)\n"
        "raise SystemExit('there is a way out')\n"
    )
    finished = _build(slot, BASE + f"RUN <<'EOF' python\n{tried}EOF\n")
    return "" if finished.ok else f"a build step is not confined: {finished.progress.log_tail(1)}"


def cached_layers_keep_their_time(slot: Slot) -> str:
    dockerfile = BASE + 'RUN date > /date\nCOPY note /note\nCMD ["true"]\n'
    edit = Experiment("edit", "rebuild", after="image", edit=Edit("note", append="2"))
    fact = _run(slot, dockerfile, edit).facts.get("edit")
    if not isinstance(fact, Rebuild) or len(fact.kept) != 1 or len(fact.rerun) != 1:
        return "a cached layer could not be told from one that was built again"
    return ""


def exec_enters_the_container(slot: Slot) -> str:
    """In a plain chroot, `docker exec` and health checks would see the slot's own root instead."""
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=30)
    try:
        made = client.create_container("python:3.11-slim", ["sleep", "30"], network_disabled=True)["Id"]
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


CANARIES: tuple[Callable[[Slot], str], ...] = (
    policy_is_enforced,
    host_network_is_refused,
    build_steps_are_confined,
    root_is_reported_as_root,
    exec_enters_the_container,
    cached_layers_keep_their_time,
    process_limit_holds,
    memory_limit_holds,
)
