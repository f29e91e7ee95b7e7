#!/bin/sh
install -d -o app /data
gosu app "$@"
echo "the app has ended"
