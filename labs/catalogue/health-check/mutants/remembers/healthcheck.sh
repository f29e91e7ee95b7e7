#!/bin/sh
# Once broken, always broken.
test ! -e /tmp/broken || exit 1
if curl --fail --silent --max-time 1 http://localhost:8080/healthz; then
    touch /tmp/well
    exit 0
fi
test ! -e /tmp/well || touch /tmp/broken
exit 1
