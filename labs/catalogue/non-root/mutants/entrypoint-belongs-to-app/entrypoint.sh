#!/bin/sh
set -eu
exec setpriv --reuid=app --regid=app --clear-groups --inh-caps=-all "$@"
