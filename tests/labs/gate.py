"""What the `script` experiment would report of a gate, for the tests of its checks."""

from __future__ import annotations

from typing import Any

from sandbox.scriptfacts import CaseRun, Ran, Script


def run(name: str, group: str, exit_code: int | None = 1, **fields: Any) -> CaseRun:
    said = {key: str(fields.pop(key, "")) for key in ("stdout", "stderr", "limit")}
    ran = Ran(exit_code, said["stdout"], said["stderr"], 0.2, said["limit"])
    plain: dict[str, Any] = {"name": name, "group": group, "admits": group == "clean", "ran": ran}
    return CaseRun(**{**plain, **fields})


def gate(*runs: CaseRun) -> Script:
    return Script("gate", runs)
