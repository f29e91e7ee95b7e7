#!/bin/sh
# The status and the body both have to be right.
set -eu
body=$(curl --silent --fail --max-time 2 "http://127.0.0.1:${PORT:-8080}/healthz")
if [ "$body" != "ok" ]; then
    echo "the app says: $body"
    exit 1
fi
echo "well"
