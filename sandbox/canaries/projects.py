"""Canaries of Compose projects: their networks keep apart what they must, and their bounds reach the kernel."""

from __future__ import annotations

from sandbox.canaries.tools import IMAGE
from sandbox.composefacts import Matrix, Pressure
from sandbox.door import Slot
from sandbox.facts import Outcome
from sandbox.limits import MB
from sandbox.plan import Experiment, Plan

_APP = b"import http.server as h\nh.ThreadingHTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()\n"
_OWN = f'FROM {IMAGE}\nCOPY app.py /\nCMD ["python", "/app.py"]\n'.encode()
_OWN_IMAGE = Experiment("image", "build", dockerfile="Own", tag="canary:1")
_UP = Experiment("up", "compose-up", after="image", ready="/")
_APART = """
services:
  web: {image: canary:1, networks: [front]}
  inner: {image: canary:1, networks: [back]}
networks: {front: , back: {internal: true}}
"""
_BOUND = "services: {web: {image: canary:1, mem_limit: 48m, memswap_limit: 48m, pids_limit: 20, cpus: 0.3}}"


def networks_are_apart(slot: Slot) -> str:
    """An internal network has no way out, and two networks have none to each other; another network has one out."""
    seen = Experiment("links", "compose-matrix", after="up", targets=("web:8080", "inner:8080"))
    matrix = _run(slot, _APART, seen).facts.get("links")
    if not isinstance(matrix, Matrix):
        return "a project with two networks could not be started and looked at"
    reached = {(link.source, link.target) for link in matrix.links if link.reached}
    return "" if reached == {("web", "outside")} else f"of two separate networks, connections were made: {reached}"


def service_bounds_hold(slot: Slot) -> str:
    """Memory, swap, processes and processors of a service, as the kernel has them and as it keeps them."""
    asked = Experiment("pressed", "compose-pressure", after="up", ready="/", memory_mb=48, pids=20, cpus=0.3)
    fact = _run(slot, _BOUND, asked).facts.get("pressed")
    if not isinstance(fact, Pressure):
        return "a service with bounds could not be started and looked at"
    own, wanted = fact.bounds, (48 * MB, 48 * MB, 20, 0.3)
    if (own.memory, own.memory_and_swap, own.pids, own.cpus) != wanted:
        return f"a service's bounds did not reach the kernel: {own}"
    loose = [press.kind for press in fact.presses if press.ended == "finished" and press.kind != "cpu"]
    return f"a service went past its bounds: {', '.join(loose)}" if loose else ""


def _run(slot: Slot, text: str, experiment: Experiment) -> Outcome:
    files = {"compose.yaml": text}
    plan = Plan("canary", {"app.py": _APP, "Own": _OWN}, files, (_OWN_IMAGE, _UP, experiment))
    return slot.run(plan, lambda event: None)
