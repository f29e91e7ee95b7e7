"""How many of the reports that must stop an image the gate lets through."""

import subprocess

names = ("missing", "cut-off", "high", "critical")
runs = [subprocess.run(["python", "gate.py", f"reports/{name}.json"], capture_output=True) for name in names]
print(f"ADMITTED={sum(run.returncode == 0 for run in runs)}")
