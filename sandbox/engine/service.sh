#!/bin/sh
# The sandbox as a container: gives its cgroups back to it, completes the data the slots are copied from, becomes
# the supervisor. SLIPWAY_SLOTS engines, for the worker's user and group.
set -eu
while read -r _ place kind _; do
    case $kind in cgroup | cgroup2) mount -o remount,bind,rw "$place" ;; esac
done < /proc/self/mounts
# A v2 group hands controllers down only when it has no process of its own, and this container's has all of them.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p /sys/fs/cgroup/init
    for pid in $(cat /sys/fs/cgroup/cgroup.procs); do
        echo "$pid" > /sys/fs/cgroup/init/cgroup.procs 2> /dev/null || true # it has ended
    done
fi
python -m sandbox.engine.provision
exec python -m sandbox.engine --slots "${SLIPWAY_SLOTS:-2}" --uid 64102 --gid 64102
