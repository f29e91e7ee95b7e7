#!/bin/sh
# Something that watches over the app, as root.
sleep 3600 &
exec setpriv --reuid=10001 --regid=10001 --clear-groups python3 /app/app.py
