"""Refused connections are taken for an app that is still starting."""

import sys
import urllib.error
import urllib.request

try:
    urllib.request.urlopen("http://127.0.0.1:8080/healthz", timeout=2)
except urllib.error.HTTPError as error:
    sys.exit(f"status {error.code}")
except urllib.error.URLError as error:
    if not isinstance(error.reason, ConnectionRefusedError):
        raise
