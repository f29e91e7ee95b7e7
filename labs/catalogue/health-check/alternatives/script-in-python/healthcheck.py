"""Exit status 0: the app answers in time and well."""

import http.client
import sys

try:
    connection = http.client.HTTPConnection("localhost", 8080, timeout=2)
    connection.request("GET", "/healthz", headers={"User-Agent": "health check"})
    answer = connection.getresponse()
except OSError as error:
    sys.exit(f"no answer: {error}")
if answer.status != 200:
    sys.exit(f"status {answer.status}")
