import json
import sys

report = json.load(open(sys.argv[1]))
holes = [
    hole["VulnerabilityID"]
    for result in report["Results"]
    for hole in result.get("Vulnerabilities") or []
    if hole["Severity"] in ("HIGH", "CRITICAL") and hole.get("FixedVersion")
]
if holes:
    sys.exit(f"refused: {', '.join(holes)}")
print("admitted")
