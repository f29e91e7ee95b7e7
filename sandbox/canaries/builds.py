"""Canaries of builds: what a step, a file's source or the build client itself could otherwise do."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sandbox.builder import Builder, Order
from sandbox.canaries import tools
from sandbox.canaries.tools import BASE, build, run
from sandbox.door import Slot
from sandbox.facts import Rebuild
from sandbox.plan import Edit, Experiment

_HANDED_ON = "SOURCE_DATE_EPOCH"  # the one variable that the client takes from its environment into a build


def policy_is_enforced(slot: Slot) -> str:
    if build(slot, "FROM elsewhere:1\nRUN true\n").ok:
        return "an image outside the catalogue was built on"
    text = "\n".join(build(slot, BASE + "ADD http://192.0.2.1/x /x\n").progress.text)
    return "" if "denied by policy" in text else "a remote ADD was not denied by the source policy"


class _Asking(Builder):
    """Asks for what our client never asks for: only then is it the engine that refuses."""

    def _command(self, order: Order) -> list[str]:
        return [*Builder._command(self, order), "--allow=network.host"]


def host_network_is_refused(slot: Slot) -> str:
    finished = build(slot, BASE + "RUN --network=host true\n", maker=_Asking)
    if finished.ok:
        return "a build step got the slot's own network"
    refused = "is not allowed" in "\n".join(finished.progress.text)
    return "" if refused else "a build step that asks for the slot's own network failed for another reason"


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
    finished = build(slot, BASE + f"RUN <<'EOF' python\n{tried}EOF\n")
    return "" if finished.ok else f"a build step is not confined: {finished.progress.log_tail(1)}"


def cached_layers_keep_their_time(slot: Slot) -> str:
    dockerfile = BASE + 'RUN date > /date\nCOPY note /note\nCMD ["true"]\n'
    edit = Experiment("edit", "rebuild", after="image", edit=Edit("note", append="2"))
    fact = run(slot, dockerfile, edit).facts.get("edit")
    if not isinstance(fact, Rebuild) or len(fact.kept) != 1 or len(fact.rerun) != 1:
        return "a cached layer could not be told from one that was built again"
    return ""


def process_limit_holds(slot: Slot) -> str:
    outcome = run(slot, BASE + "RUN for i in $(seq 200); do sleep 5 & done; wait\n", limits=tools.TIGHT)
    return "" if outcome.limit and outcome.limit.name == "pids" else "a build made more processes than its limit"


def memory_limit_holds(slot: Slot) -> str:
    outcome = run(slot, BASE + "RUN tail /dev/zero\n", limits=tools.TIGHT)
    return "" if outcome.limit and outcome.limit.name == "memory" else "a build used more memory than its limit"


def build_client_is_alone(slot: Slot) -> str:
    """It runs beside the worker: no git that a context could make run a command, nothing of the worker's own."""
    with tempfile.TemporaryDirectory(prefix="slipway-canary-") as folder:
        marker = Path(folder) / "ran"
        remote = f'[remote "origin"]\nurl = .\npromisor = true\nuploadpack = "touch {marker}; false"\n'
        repository = {
            ".git/config": f"[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = origin\n{remote}",
            ".git/HEAD": "ref: refs/heads/main\n",
            ".git/refs/heads/main": "1" * 40 + "\n",
            ".git/objects/.keep": "",
        }
        before = os.environ.get(_HANDED_ON)
        os.environ[_HANDED_ON] = "1"
        try:
            finished = build(slot, f'{BASE}ARG {_HANDED_ON}\nRUN test -z "${_HANDED_ON}"\n', repository)
        finally:
            os.environ.pop(_HANDED_ON)
            if before is not None:
                os.environ[_HANDED_ON] = before
        if marker.exists():
            return "a file in a build's context made the build client run a command"
    return "" if finished.ok else "the build client handed a variable of the worker's on"
