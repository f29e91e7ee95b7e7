#!/bin/sh
# Runs what lies in /docker-entrypoint.d, then the command: settings can be made from the environment.
set -e

if [ "$1" = "nginx" ] || [ "$1" = "nginx-debug" ]; then
    for file in /docker-entrypoint.d/*; do
        case "$file" in
            *.envsh) if [ -x "$file" ]; then . "$file"; fi ;;
            *.sh) if [ -x "$file" ]; then "$file"; fi ;;
        esac
    done
fi

exec "$@"
