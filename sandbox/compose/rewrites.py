"""What our file says otherwise than the learner's, each with its reason. `emission` does these and nothing else.

A learner is told of one where it decided something: see `troubles`. Restarts, time to stop, shared memory and
everything that is not here are as the file says.
"""

from __future__ import annotations

from collections.abc import Mapping

REWRITES: Mapping[str, str] = {
    "build": "the image that was built from the Dockerfile is named",
    "configs": "mounted from the volume that holds the project's files",
    "secrets": "mounted from the volume that holds the project's files",
    "env_file": "read here, and written into “environment”",
    "volumes": "folders of the project are parts of a volume, since the engine cannot see our folders",
    "image": "the catalogue's image is named by its digest",
    "ports": "port 80 of the machine is taken in a slot; another one replaces it",
    "healthcheck": "where another service waits for it: run every half second, with as many more retries",
    "mem_limit": "at most the lab's memory",
    "memswap_limit": "at most the lab's memory, where the file gives no limit",
    "pids_limit": "at most the lab's processes",
    "cpus": "at most the lab's processors",
    "deploy": "the same limits, where the file gives its own there",
    "ulimits": "open files at most 4096, no core files",
    "security_opt": "no-new-privileges is always on; a seccomp profile is read and not loaded",
    "restart": "as the file says, in either spelling",
    "stop_grace_period": "as the file says, at most 10 s; 2 s where it says nothing",
    "shm_size": "as the file says; Docker's 64 MB where it says nothing",
    "cgroup_parent": "the slot's own",
    "ipc": "private",
    "logging": "the engine's local log of at most 1 MB",
    "oom_score_adj": "the slot's processes are ended before the machine's",
    "pull_policy": "nothing is pulled",
    "environment": "as the file and its env_file say",
}
