"""How many installed packages have a version that requirements.txt does not name."""

from importlib.metadata import distributions
from pathlib import Path

listed = Path("requirements.txt")
named = set(listed.read_text().split()) if listed.exists() else set()
installed = {f"{one.name.lower()}=={one.version}" for one in distributions() if one.name not in ("pip", "setuptools", "wheel")}
print(f"UNNAMED={len(installed - named)}")
