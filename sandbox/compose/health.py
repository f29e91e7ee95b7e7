"""The health check of a service that another waits for: run more often, and given up after as long as the file says.

Every other check is left alone: nobody waits for it. Interval and retries change together, so that a service that
needs four seconds has them, and at most 15. Its command, its timeout and its start period stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sandbox.compose.nodes import Json
from sandbox.compose.services import Service

OFTEN_MS = 500
PATIENCE_MS = 15_000  # in which a check that goes on failing is believed, where the file gives it longer
DEFAULT_MS, DEFAULT_RETRIES = 30_000, 3  # the engine's own
DEFAULT_START_MS = 5_000
_NANO = 1_000_000


def waited_for(services: Mapping[str, Service]) -> set[str]:
    """Services whose health another one waits for."""
    found = set()
    for service in services.values():
        conditions = service.settings.get("depends_on")
        for name, one in conditions.items() if isinstance(conditions, dict) else ():
            if isinstance(one, dict) and one.get("condition") == "service_healthy":
                found.add(name)
    return found


def of_image(config: Mapping[str, Any]) -> dict[str, Json]:
    """An image's own check in Compose's words; {}: it has none."""
    own = config.get("Healthcheck") or {}
    if not own.get("Test"):
        return {}
    fields = {"interval": "Interval", "timeout": "Timeout", "start_period": "StartPeriod"}
    times: dict[str, Json] = {key: f"{own[name] // _NANO}ms" for key, name in fields.items() if own.get(name)}
    retries: dict[str, Json] = {"retries": own["Retries"]} if own.get("Retries") else {}
    return {"test": [str(word) for word in own["Test"]], **times, **retries}


def hurried(check: Mapping[str, Json]) -> dict[str, Json]:
    """The same check, run at least every half second."""
    test = check.get("test")
    if not check or check.get("disable") or (isinstance(test, list) and test[:1] in ([], ["NONE"])):
        return dict(check)
    interval, retries = _ms(check, "interval", DEFAULT_MS), int(str(check.get("retries") or DEFAULT_RETRIES))
    often = min(interval, OFTEN_MS)
    tries = math.ceil(min(interval * retries, PATIENCE_MS) / often)
    made: dict[str, Json] = {**check, "interval": f"{often}ms", "retries": max(1, tries)}
    if _ms(check, "start_period", 0):  # it counts in that period alone, and Compose refuses it without one
        made["start_interval"] = f"{min(_ms(check, 'start_interval', DEFAULT_START_MS), OFTEN_MS)}ms"
    return made


def _ms(check: Mapping[str, Json], key: str, default: int) -> int:
    """0 is the engine's default too."""
    return int(str(check.get(key) or "0").removesuffix("ms")) or default
