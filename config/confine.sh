#!/bin/sh
# Runs as root in fresh mount and process namespaces; gives one service its view of the machine, then drops to its user.
#
#   VIEW       an empty directory for putting the view together
#   BOUND      directories it sees read-only, at their own paths (the clone, an interpreter of its own)
#   COVERED    directories above those that other users may not enter
#   WRITABLE   directories below a bound one that it may write
#   RUN_UID    its user and group · DATA_GID the group that shares the database
#
# Lists are separated by colons.
set -eu

mount --make-rprivate /
mount -t tmpfs -o mode=0755 tmpfs "$VIEW"
IFS=:
number=0
for path in $BOUND; do
    number=$((number + 1))
    mkdir "$VIEW/$number"
    mount --bind "$path" "$VIEW/$number"
    mount -o remount,bind,ro,nosuid,nodev "$VIEW/$number"
    for inner in $WRITABLE; do
        case $inner in
            "$path"/*)
                mount --bind "$inner" "$VIEW/$number${inner#"$path"}"
                mount -o remount,bind,nosuid,nodev,noexec "$VIEW/$number${inner#"$path"}"
                ;;
        esac
    done
done

mount -t tmpfs -o "mode=1777,size=${TEMPORARY_MB}m,nosuid,nodev" tmpfs /tmp
for path in $COVERED; do
    mount -t tmpfs -o mode=0755,size=1m,nosuid,nodev tmpfs "$path"
done
number=0
for path in $BOUND; do
    number=$((number + 1))
    mkdir -p "$path"
    mount --move "$VIEW/$number" "$path"
done
mount -t proc -o nosuid,nodev,noexec proc /proc
unset IFS

uid=$RUN_UID gid=$DATA_GID
unset VIEW BOUND COVERED WRITABLE TEMPORARY_MB RUN_UID DATA_GID
umask 007
# The signal is set again after the change of user, which clears it: nothing here outlives the runner.
exec setpriv --reuid="$uid" --regid="$uid" --groups="$gid" --bounding-set=-all --inh-caps=-all --no-new-privs \
    --pdeathsig=KILL -- "$@"
