#!/bin/bash
# Numbers without a name: nothing has to be in /etc/passwd.
set -euo pipefail
install --directory --owner=20000 --group=20000 "$DATA_DIR"
exec setpriv --reuid=20000 --regid=20000 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
  python3 /opt/app.py
