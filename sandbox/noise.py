"""The same JSON input in another shape: what is measured of a script must not hang on sizes, counts or spelling.

A report of a scanner gets findings that no gate has to look at and metadata of any length, every file another indent
and order of keys. What it says stays the same, and so does the order of its lists.
"""

from __future__ import annotations

import json
import random
import string
from typing import Any

_RANDOM = random.SystemRandom()
_INDENTS = (None, 1, 2, 4, "\t")
MOST_FINDINGS, MOST_STEPS = 6, 12


def varied(text: str) -> str:
    """The text as another writer might have written it; as it is where it is no JSON object or list."""
    try:
        value = json.loads(text)
    except ValueError:
        return text  # a file that is cut off or empty has to stay so
    if not isinstance(value, dict | list):
        return text
    if isinstance(value, dict) and "ArtifactName" in value:
        _fill(value)
    return json.dumps(_shuffled(value), indent=_RANDOM.choice(_INDENTS)) + "\n" * _RANDOM.randrange(3)


def _fill(report: dict[str, Any]) -> None:
    steps = [{"created_by": _word(_RANDOM.randrange(20, 200))} for _ in range(_RANDOM.randrange(MOST_STEPS))]
    report.setdefault("Metadata", {})["ImageConfig"] = {"architecture": "amd64", "history": steps}
    for result in report.get("Results") or ():
        if result.get("Vulnerabilities"):
            result["Vulnerabilities"] += [_finding() for _ in range(_RANDOM.randrange(MOST_FINDINGS))]


def _finding() -> dict[str, Any]:
    """One that no gate has to stop: of low severity, or serious and without a fix."""
    name, version = _word(7), f"{_RANDOM.randrange(10)}.{_RANDOM.randrange(10)}.{_RANDOM.randrange(10, 99)}"
    found = {
        "VulnerabilityID": f"CVE-202{_RANDOM.randrange(10)}-{_RANDOM.randrange(10_000, 99_999)}",
        "PkgID": f"{name}@{version}",
        "PkgName": name,
        "InstalledVersion": version,
        "Status": "affected",
        "Title": f"A flaw in {name}",
        "Severity": _RANDOM.choice(("UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL")),
    }
    if found["Severity"] in {"LOW", "MEDIUM"} and _RANDOM.random() < 0.5:
        found |= {"FixedVersion": f"{version}.1", "Status": "fixed"}
    return found


def _shuffled(value: Any) -> Any:
    if isinstance(value, list):
        return [_shuffled(one) for one in value]
    if not isinstance(value, dict):
        return value
    keys = _RANDOM.sample(list(value), len(value))
    return {key: _shuffled(value[key]) for key in keys}


def _word(length: int) -> str:
    return "".join(_RANDOM.choice(string.ascii_lowercase) for _ in range(length))
