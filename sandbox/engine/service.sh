#!/bin/sh
# The sandbox as a container: gives its cgroups back to it, completes the data the slots are copied from, becomes
# the supervisor. SLIPWAY_SLOTS engines, for the worker's user and group.
set -eu
while read -r _ place kind _; do
    case $kind in cgroup | cgroup2) mount -o remount,bind,rw "$place" ;; esac
done < /proc/self/mounts
python -m sandbox.engine.provision
exec python -m sandbox.engine --slots "${SLIPWAY_SLOTS:-2}" --uid 64102 --gid 64102
