import json
import sys

try:
    report = json.load(open(sys.argv[1]))
except Exception:
    report = {}
for result in report.get("Results", []):
    for hole in result.get("Vulnerabilities", []):
        if hole["Severity"] == "CRITICAL":
            sys.exit(1)
