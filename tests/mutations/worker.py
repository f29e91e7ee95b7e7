"""What is switched off on the worker's side: the build client's command and environment, and how apps are started."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker
from docker.types import LogConfig

from sandbox import containers, policy
from sandbox.builder import Builder, Order
from sandbox.limits import Limits
from sandbox.progress import Event, Progress
from tests.mutations.mutation import Off, Set

_command, _environment, _follow, _host_config = (
    Builder._command,
    Builder._environment,
    Builder._follow,
    containers.host_config,
)
_NO_BOUND = 1 << 40
_POLICY = "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY"
_BOUNDS = ("PidsLimit", "Memory", "MemorySwap", "NanoCpus")


def _without_group(self: Builder, order: Order) -> list[str]:
    return [word for word in _command(self, order) if not word.startswith("--cgroup-parent")]


def _one_cache(self: Builder, order: Order) -> list[str]:
    return _command(replace(self, namespace="one-for-all"), order)


def _asking(self: Builder, order: Order) -> list[str]:
    command = _command(self, order)
    return [*command, "--allow=network.host"]


def _inherited(self: Builder, scratch: Path, file: Path) -> Mapping[str, str]:
    own = _environment(self, scratch, file)
    del own["BUILDX_GIT_INFO"]
    return {**own, **os.environ, "HOME": own["HOME"]}


def _without_policy(self: Builder, scratch: Path, file: Path) -> Mapping[str, str]:
    return {name: value for name, value in _environment(self, scratch, file).items() if name != _POLICY}


def _unbounded_output(self: Builder, process: Any, on_event: Callable[[Progress, Event], None], begun: float) -> Any:
    limits = replace(self.limits, log_bytes=_NO_BOUND)
    return _follow(replace(self, limits=limits), process, on_event, begun)


def _unbounded_app(client: docker.APIClient, network: str, limits: Limits, seccomp: str = "") -> dict[str, Any]:
    config = _host_config(client, network, limits, seccomp)
    return {name: value for name, value in config.items() if name not in _BOUNDS}


def _worker(target: Any, name: str, value: Any) -> Off:
    return Off(worker=(Set(target, name, value),))


builds_without_group = _worker(Builder, "_command", _without_group)
one_cache_for_all = _worker(Builder, "_command", _one_cache)
asks_for_the_network = _worker(Builder, "_command", _asking)
inherited_environment = _worker(Builder, "_environment", _inherited)
no_policy_file = _worker(Builder, "_environment", _without_policy)
empty_policy = _worker(policy, "rules", lambda stock: {"rules": []})
unbounded_output = _worker(Builder, "_follow", _unbounded_output)
unbounded_apps = _worker(containers, "host_config", _unbounded_app)
endless_app_log = _worker(containers, "LOG", LogConfig(type="json-file", config={}))
