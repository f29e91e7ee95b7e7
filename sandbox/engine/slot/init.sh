#!/bin/sh
# Runs inside the fresh namespaces of one slot and makes the engine tree its root, then becomes the engine.
# A plain chroot would not do: `docker exec` and health checks would then enter the machine's own root.
#
#   init.sh TREE ROOT RUN DATA PACKAGES SOCKET_GID
#
# TREE read-only engine tree · ROOT empty directory to assemble the root on · RUN directory for the engine's
# socket and logs · DATA ext4 file, or a mounted tmpfs, that bounds the data root · PACKAGES the package index.
set -eu
tree=$1 root=$2 run=$3 data=$4 packages=$5 gid=$6
here=$(dirname "$0")

mount --make-rprivate /
mount --bind "$tree" "$root"
mount -o remount,bind,ro,nosuid "$root"

mount -t tmpfs -o mode=0755,size=64m,nosuid,nodev tmpfs "$root/run"
mount -t tmpfs -o mode=1777,size=64m,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=0755,size=16m,nosuid,nodev,noexec tmpfs "$root/var/log"
mount -t tmpfs -o mode=0755,size=16m,nosuid,nodev,noexec tmpfs "$root/var/lib/nginx"
mkdir -p "$root/run/engine" "$root/var/log/nginx"
mount --bind "$run" "$root/run/engine"
mount --bind "$here" "$root/usr/lib/slipway"
mount -o remount,bind,ro,nosuid,nodev "$root/usr/lib/slipway"
mount --bind "$packages" "$root/srv"
mount -o remount,bind,ro,nosuid,nodev,noexec "$root/srv"
if [ -d "$data" ]; then
    mount --bind "$data" "$root/var/lib/docker"
else
    # Thrown away rather than repaired, so nothing waits for the machine's disk.
    mount -o loop,noatime,barrier=0,data=writeback,nosuid,nodev "$data" "$root/var/lib/docker"
fi
mount -o remount,suid,dev "$root/var/lib/docker"   # images need their device-less setuid files

# Only the devices every container engine needs, bound and not made: the engine runs without MKNOD.
mount -t tmpfs -o mode=0755,size=1m,nosuid tmpfs "$root/dev"
for node in null zero full random urandom tty; do
    : > "$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777,size=64m,nosuid,nodev,noexec tmpfs "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"; ln -s fd/1 "$root/dev/stdout"; ln -s fd/2 "$root/dev/stderr"

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
# Kernel settings are the machine's, not the slot's: read-only but for its own network's.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,bind,rw,nosuid,nodev,noexec "$root/proc/sys/net"
# In a user namespace the kernel mounts a fresh /proc only where one without such covers is mounted already; that one
# stands where no path leads.
mkdir -p "$root/run/covered/proc"
mount -t proc -o nosuid,nodev,noexec proc "$root/run/covered/proc"
mount -t tmpfs -o ro,mode=0000,size=4k,nosuid,nodev,noexec tmpfs "$root/run/covered"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"

# The cgroup namespace makes this slot's own cgroups the root of what it sees, v1 and v2 alike.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
else
    mount -t tmpfs -o mode=0755,size=1m,nosuid,nodev,noexec tmpfs "$root/sys/fs/cgroup"
    for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
        mkdir "$root/sys/fs/cgroup/$controller"
        mount -t cgroup -o "nosuid,nodev,noexec,$controller" cgroup "$root/sys/fs/cgroup/$controller" ||
            rmdir "$root/sys/fs/cgroup/$controller"
    done
fi

cd "$root"
pivot_root . .
umount -l .
cd /
hostname "slot"
exec /bin/sh /usr/lib/slipway/start.sh "$gid"
