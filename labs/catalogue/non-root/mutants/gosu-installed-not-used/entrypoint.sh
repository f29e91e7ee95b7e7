#!/bin/sh
set -eu
install -d -o app /data
gosu app true  # the app's user works, so all is well
exec "$@"
