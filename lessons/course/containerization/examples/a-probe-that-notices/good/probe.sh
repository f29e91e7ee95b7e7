#!/bin/sh
exec python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$1/healthz', timeout=2)"
