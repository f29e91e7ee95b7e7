"""What canaries share: a plan run as a submission's, and a build without our own refusals in front."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from sandbox import policy
from sandbox.available import Stock
from sandbox.builder import Builder, Finished, Order
from sandbox.door import Slot
from sandbox.facts import Outcome
from sandbox.limits import DEFAULT, Limits
from sandbox.plan import Experiment, Plan

IMAGE = "python:3.11-slim"
BASE = f"FROM {IMAGE}\n"
ENGINE_SECONDS = 30  # for one call to the engine
_APP = b"import http.server as h\nh.HTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()\n"
SHORT = replace(DEFAULT, build_seconds=20)
TIGHT = replace(SHORT, build_memory_mb=64, build_pids=40, run_memory_mb=64, run_pids=40, start_seconds=1.0)


def run(slot: Slot, dockerfile: str, *experiments: Experiment, limits: Limits = DEFAULT) -> Outcome:
    context = {"app.py": _APP, "note": b"1"}
    plan = Plan("canary", context, {"Dockerfile": dockerfile}, (Experiment("image", "build"), *experiments))
    return slot.run(replace(plan, limits=limits), lambda event: None)


def build(
    slot: Slot,
    dockerfile: str,
    files: Mapping[str, str] = MappingProxyType({}),
    maker: type[Builder] = Builder,
    **limits: int,
) -> Finished:
    """A build without our own refusals in front: what the engine itself does with it."""
    rules, bounds = policy.rules(Stock.load(slot.stock)), replace(SHORT, **limits).at(slot.pace)
    with tempfile.TemporaryDirectory(prefix="slipway-canary-") as work:
        context = Path(work) / "context"
        context.mkdir()
        for name, text in files.items():
            (context / name).parent.mkdir(parents=True, exist_ok=True)
            (context / name).write_text(text, "utf-8")
        file = Path(work) / "Dockerfile"
        file.write_text(dockerfile, "utf-8")
        builder = maker(slot.docker, slot.tree, rules, uuid.uuid4().hex, bounds)
        return builder.build(Order(context, file, Path(work) / "client"), lambda progress, event: None)
