#!/bin/sh
exec python -c "
from urllib.request import urlopen
urlopen('http://127.0.0.1:$1/healthz',
        timeout=2)"
