#!/bin/sh
# An ordinary engine, as an operator's machine has one: all capabilities, no remapped users.
set -eu
ip link set lo up
umask 077
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/tmp LANG=C.UTF-8 \
    tini -s -- dockerd --config-file=/usr/lib/slipway/daemon.json --group="$1" > /run/engine/dockerd.log 2>&1
