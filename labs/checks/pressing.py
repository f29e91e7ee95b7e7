"""What the checks of a service's bounds share: where they stand in the file, and one press by its kind."""

from __future__ import annotations

from sandbox.composefacts import Press, Pressure

FILE = "compose.yaml"


def line(pressure: Pressure, *keys: str) -> int | None:
    """Of the first of these keys that the service has, or of the service."""
    lines = dict(pressure.lines)
    return next((lines[key] for key in (*keys, "") if key in lines), None)


def press(pressure: Pressure, kind: str) -> Press | None:
    return next((one for one in pressure.presses if one.kind == kind), None)
