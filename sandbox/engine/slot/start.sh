#!/bin/sh
# Inside the slot's own root: network, package index, engine. Capabilities are bounded before anything of
# a learner's can run: no SYS_MODULE, SYS_RAWIO, MKNOD, SYS_TIME, SYS_BOOT, SYSLOG, so that root in the
# engine cannot make devices, load modules or touch the machine's clock; no DAC_READ_SEARCH, which opens files by handle
# past every mount. SYS_NICE moves a process of another user into a container's cpuset, for each health check. NET_RAW lets
# the engine announce a new container's address, which an earlier one may have had. compose.yaml gives the same set.
set -eu
gid=$1
ip link set lo up
# Stands for the world outside: a network with a way out reaches it, an internal one does not. The index answers there.
ip address replace 203.0.113.1/32 dev lo
# Where the index of tomorrow answers: an address of its own on this network, told apart by it and by nothing else.
ip address replace 198.18.0.53/32 dev lo
# nginx serves the package index on port 80 as an unprivileged user; the setting belongs to this network.
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
# There are no names to look up here; saying so must be quick every time, or apt waits five seconds for each.
echo 0 > /proc/sys/net/ipv4/icmp_ratelimit

kept=+sys_admin,+net_admin,+chown,+dac_override,+fowner,+fsetid,+kill,+setuid,+setgid,+setpcap,+setfcap
kept=$kept,+sys_chroot,+sys_ptrace,+sys_nice,+net_raw

# What `init: true` puts in front of an app is mounted from here: the root's own mount holds flags that a container in a
# user namespace may not take off, and the kernel refuses the mount.
install -m 0755 /usr/bin/docker-init /var/lib/docker/docker-init

echo "$SLIPWAY_OWNER" > /run/userns # who owns the user namespaces of this slot

mkdir -p /var/lib/nginx/tmp && chown www-data:www-data /var/lib/nginx/tmp /var/log/nginx
setpriv --reuid=www-data --regid=www-data --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs \
    nginx -c /usr/lib/slipway/nginx.conf &

umask 077
# The engine starts itself anew several times for each container, and each time would collect garbage before there is
# any: a higher threshold halves what a start costs, and the limit keeps the engine's memory where it was.
exec setpriv --bounding-set=-all,$kept --inh-caps=-all \
    env -i PATH=/usr/lib/slipway:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/tmp LANG=C.UTF-8 \
        GOGC=400 GOMEMLIMIT=256MiB \
        BUILDKIT_STEP_LOG_MAX_SIZE=4194304 BUILDKIT_STEP_LOG_MAX_SPEED=16777216 \
    tini -s -- dockerd --config-file=/usr/lib/slipway/daemon.json --group="$gid" > /run/engine/dockerd.log 2>&1
