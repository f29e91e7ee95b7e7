"""A service's bounds as it runs: the learner's own where they are lower than ours, ours everywhere else."""

from __future__ import annotations

from sandbox.compose.nodes import Json
from sandbox.compose.services import Service
from sandbox.limits import MB, Limits

OPEN_FILES = 4096


def ulimits(given: dict[str, Json]) -> dict[str, Json]:
    """A bound may be lower than the engine's, never higher."""
    found: dict[str, Json] = {}
    for name, both in given.items():
        assert isinstance(both, dict)  # noqa: S101  # as `resources` made it
        most = {"nofile": OPEN_FILES, "core": 0}.get(name)
        found[name] = {k: _least(v, most) for k, v in both.items()} if most is not None else both
    return found


def bounds(service: Service, limits: Limits) -> dict[str, Json]:
    """The learner's memory, processors and processes, or ours where they give none or more.

    Compose takes one spelling or the other: where a file has `deploy.resources.limits`, ours go there too.
    """
    own = service.settings
    deploy = own.get("deploy")
    resources = deploy.get("resources") if isinstance(deploy, dict) else None
    given = resources.get("limits") if isinstance(resources, dict) else None
    memory, pids, cpus = limits.run_memory_mb * MB, limits.run_pids, limits.run_cpus
    if isinstance(given, dict):
        made: dict[str, Json] = {
            "memory": str(_least(given.get("memory"), memory)),
            "pids": _least(given.get("pids"), pids),
            "cpus": f"{min(float(str(given.get('cpus') or cpus)), cpus):g}",
        }
        same = {"mem_limit": int(str(made["memory"])), "pids_limit": made["pids"], "cpus": float(str(made["cpus"]))}
        limited: dict[str, Json] = {key: value for key, value in same.items() if key in own}
        limited["deploy"] = {"resources": {**(resources if isinstance(resources, dict) else {}), "limits": made}}
        unbounded = not _positive(given.get("memory"))
    else:
        limited = {"mem_limit": _least(own.get("mem_limit"), memory), "pids_limit": _least(own.get("pids_limit"), pids)}
        if "cpus" in own or "cpu_quota" not in own:
            limited["cpus"] = min(float(str(own.get("cpus") or cpus)), cpus)
        unbounded = not _positive(own.get("mem_limit"))
    return {**limited, "memswap_limit": memory} if unbounded else limited


def _positive(value: Json) -> bool:
    return value is not None and int(str(value)) > 0


def _least(value: Json, most: int) -> int:
    """None, 0 and -1 mean "no bound" to Compose."""
    return min(int(str(value)), most) if _positive(value) else most
