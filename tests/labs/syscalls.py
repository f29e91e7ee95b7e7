"""What the `syscalls` experiment would report, for the tests of its checks and its picture."""

from __future__ import annotations

from typing import Any

from sandbox.syscallfacts import Syscalls, Tried


def tried(name: str, listed: str = "", outcome: str = "refused", **fields: Any) -> Tried:
    refusal = "EPERM" if outcome in {"refused", "partly"} else ""
    plain: dict[str, Any] = {"name": name, "listed": listed, "named": True, "outcome": outcome, "refusal": refusal}
    return Tried(**{**plain, **fields})


def syscalls(*calls: Tried, **fields: Any) -> Syscalls:
    plain: dict[str, Any] = {"file": "profile.json", "loaded": True, "default_action": "SCMP_ACT_ERRNO", "calls": calls}
    return Syscalls(**{**plain, **fields})
