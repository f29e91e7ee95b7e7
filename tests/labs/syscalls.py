"""What the `syscalls` experiment would report, for the tests of its checks and its picture."""

from __future__ import annotations

from sandbox.syscallfacts import Syscalls, Tried


def tried(name: str, listed: str = "", outcome: str = "refused", **fields: object) -> Tried:
    refusal = "EPERM" if outcome in {"refused", "partly"} else ""
    plain = {"name": name, "listed": listed, "named": True, "outcome": outcome, "refusal": refusal}
    return Tried(**{**plain, **fields})  # type: ignore[arg-type]  # by name


def syscalls(*calls: Tried, **fields: object) -> Syscalls:
    plain = {"file": "profile.json", "loaded": True, "default_action": "SCMP_ACT_ERRNO", "calls": calls}
    return Syscalls(**{**plain, **fields})  # type: ignore[arg-type]  # by name
