#!/bin/sh
set -eu
chown -R app:app /data
exec gosu app "$@"
