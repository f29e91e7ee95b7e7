#!/bin/sh
# The sandbox as a container: gives its cgroups back to it, completes the data the slots are copied from, becomes
# the supervisor. SLIPWAY_SLOTS engines, for the worker's user and group.
set -eu
while read -r _ place kind _; do
    case $kind in cgroup | cgroup2) mount -o remount,bind,rw "$place" ;; esac
done < /proc/self/mounts
# A v2 group hands controllers down only while it has no process of its own. This container's has all of them, and each
# health check starts there too: they are moved until the kernel agrees. From then on runc starts health checks below.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p /sys/fs/cgroup/init
    tries=0
    while :; do
        for pid in $(cat /sys/fs/cgroup/cgroup.procs); do
            echo "$pid" > /sys/fs/cgroup/init/cgroup.procs 2> /dev/null || true # it has ended
        done
        sed 's/^/+/; s/ / +/g' /sys/fs/cgroup/cgroup.controllers > /sys/fs/cgroup/cgroup.subtree_control 2> /dev/null && break
        tries=$((tries + 1))
        [ $tries -lt 100 ] || break # the supervisor says which controller is refused
        sleep 0.1
    done
fi
python -m sandbox.engine.provision
exec python -m sandbox.engine --slots "${SLIPWAY_SLOTS:-2}" --uid 64102 --gid 64102
