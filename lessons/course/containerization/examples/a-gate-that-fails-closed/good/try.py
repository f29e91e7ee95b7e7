"""How many of the reports that must stop an image the gate lets through, and that it lets the good one through."""

import subprocess


def admits(report, signatures="signatures.json"):
    done = subprocess.run(["python", "gate", f"reports/{report}.json", signatures], capture_output=True)
    return done.returncode == 0


assert admits("clean")
admitted = [admits(name) for name in ("missing", "cut-off", "high", "critical")] + [admits("clean", "nothing.json")]
print(f"ADMITTED={sum(admitted)}")
