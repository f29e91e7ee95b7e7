"""All mutations, as one list. Words first, so that the table that `python -m tests.mutations` prints can be read."""

from __future__ import annotations

from sandbox.canaries.apps import (
    app_memory_limit_holds,
    host_users_are_refused,
    output_is_bounded,
    root_is_reported_as_root,
)
from sandbox.canaries.between import a_slot_is_clean_for_the_next, caches_are_apart
from sandbox.canaries.builds import (
    build_client_is_alone,
    build_steps_are_confined,
    host_network_is_refused,
    memory_limit_holds,
    policy_is_enforced,
    process_limit_holds,
)
from tests.mutations import attacks, escaped, learners, limited, worker
from tests.mutations.mutation import Edit, Mutation, Off

_DAEMON = "daemon.json"


def _less(*lines: str) -> Off:
    """The engine's settings without these lines."""
    return Off(tuple(Edit(_DAEMON, f"  {line}\n", "") for line in lines))


_BOUNDING = Off((Edit("start.sh", "setpriv --bounding-set=-all,$kept --inh-caps=-all \\\n    env", "env"),))
_UNGUARDED = Off((Edit("start.sh", "PATH=/usr/lib/slipway:", "PATH="),))
_ROOT = "what starts containers, and none as the machine's root"
_UNMAPPED = _less('"userns-remap": "default",') + Off(golden=True)
_FLAGS = "--host=unix:///run/engine/docker.sock --exec-root=/run/docker --pidfile=/run/docker.pid"
_UNREAD = Off(
    (
        Edit(
            "start.sh",
            "--config-file=/usr/lib/slipway/daemon.json",
            f"{_FLAGS} --storage-driver=overlay2 --userns-remap=default --exec-opt=native.cgroupdriver=cgroupfs",
        ),
    )
)
_FETCH = "FROM python:3.11-slim\nADD http://127.0.0.1/simple/index.html /fetched\n"
_HOST = "FROM python:3.11-slim\nRUN --network=host grep docker0 /proc/net/dev\n"
fetch = attacks.build("ADD from an address that only the engine reaches", _FETCH, "denied by policy")
host_network = attacks.build("a step asks for the slot's own network", _HOST, "is not allowed")

MUTATIONS: tuple[Mutation, ...] = (
    Mutation(
        "network-namespace",
        "network namespace of a slot: not made",
        Off(switches=("net",)),
        attacks.corpus("build/way-out"),
        "shares the machine's net namespace",
        cheap=True,
    ),
    Mutation(
        "userns-remap",
        "userns-remap: left out, data root made without it",
        _UNMAPPED,
        attacks.corpus("build/trusted-root"),
        build_steps_are_confined,
        before=_BOUNDING + _UNGUARDED,
        hidden_by="the bounding set and what starts containers: an engine without mapped users then starts nothing",
    ),
    Mutation(
        "user-namespace",
        "what starts containers: the engine's own runc, which starts them as the machine's root too",
        _UNGUARDED,
        escaped.fresh,
        host_users_are_refused,
    ),
    Mutation(
        "bounding-set",
        "capability bounding set: not set",
        _BOUNDING,
        escaped.devices,
        "capabilities beyond those it needs",
        before=_UNGUARDED,
        hidden_by=_ROOT,
        cheap=True,
    ),
    Mutation(
        "proc-sys",
        "/proc/sys: writable in the slot",
        Off((Edit("init.sh", 'mount -o remount,bind,ro "$root/proc/sys"\n', ""),)),
        escaped.settings,
        "can write the machine's kernel settings",
        before=_UNGUARDED,
        hidden_by=_ROOT,
        cheap=True,
    ),
    Mutation(
        "system-calls",
        "inherited filter of system calls: not installed",
        Off(switches=("seccomp",)),
        attacks.corpus("build/other-call-tables"),
        "without the slot's filter of system calls",
    ),
    Mutation("policy-unset", "source policy: file not named", worker.no_policy_file, fetch, policy_is_enforced),
    Mutation("policy-empty", "source policy: without a rule", worker.empty_policy, fetch, policy_is_enforced),
    Mutation(
        "entitlements",
        "entitlements: key misspelt",
        Off((Edit(_DAEMON, '"Entitlements"', '"Entitlement"'),)),
        host_network,
        host_network_is_refused,
        before=worker.asks_for_the_network + _UNMAPPED + _BOUNDING + _UNGUARDED,
        hidden_by="a client that does not ask, what starts nothing without mapped users, and those, who may not mount",
    ),
    Mutation("daemon-json", "daemon.json: not read", _UNREAD, limited.outlives, root_is_reported_as_root),
    Mutation(
        "build-limits",
        "limits of builds: discarded",
        Off(switches=("limits-discarded",)),
        limited.build_memory,
        memory_limit_holds,
    ),
    Mutation(
        "build-group",
        "cgroup-parent of builds: lost",
        worker.builds_without_group,
        limited.build_forks,
        process_limit_holds,
    ),
    Mutation(
        "app-limits",
        "limits of containers: discarded",
        worker.unbounded_apps,
        limited.app_memory,
        app_memory_limit_holds,
    ),
    Mutation(
        "app-group",
        "cgroup-parent of containers: lost",
        _less('"cgroup-parent": "/run",'),
        limited.outlives,
        root_is_reported_as_root,
    ),
    Mutation(
        "disk",
        "disk limit of the data root: four times as large",
        Off(switches=("large-disk",)),
        limited.disk,
        "the slot's disk may hold",
    ),
    Mutation(
        "client-environment",
        "client's environment: the worker's own, git in PATH",
        worker.inherited_environment,
        attacks.corpus("files/repository-that-runs-code"),
        build_client_is_alone,
    ),
    Mutation(
        "build-log",
        "cap on a build's output: none",
        worker.unbounded_output,
        limited.step_output,
        output_is_bounded,
    ),
    Mutation(
        "app-log",
        "cap on a container's log: none, and no default",
        _less('"log-driver": "local",', '"log-opts": {"max-size": "1m", "max-file": "1", "compress": "false"},')
        + worker.endless_app_log,
        limited.app_output,
        output_is_bounded,
    ),
    Mutation(
        "clean-up",
        "clean-up: only what carries our label",
        Off(switches=("cleaned-by-label",)),
        learners.finds_an_image,
        a_slot_is_clean_for_the_next,
    ),
    Mutation(
        "cache-pruning",
        "build cache: kept between submissions",
        Off(switches=("cache-not-pruned",)),
        learners.sees_what_was_cached,
        a_slot_is_clean_for_the_next,
    ),
    Mutation(
        "cache-namespace",
        "cache mounts: one namespace for all submissions",
        worker.one_cache_for_all,
        learners.reads_a_cache_mount,
        caches_are_apart,
        before=Off(switches=("cache-not-pruned",)),
        hidden_by="the build cache's pruning between submissions",
    ),
)
