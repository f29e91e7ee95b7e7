"""What every verb of a lease holder shares: what it may name, and how it is told that it may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.engine.cgroups import Group
from sandbox.engine.slot import Slot

CONTAINER = re.compile(r"[0-9a-f]{64}")
IMAGE = re.compile(r"sha256:[0-9a-f]{64}")
PATHS = 64  # paths or names in one question
Answer = dict[str, Any]


class BadRequest(Exception):
    """The worker asked for something that no worker of ours asks for."""


def group_of(slot: Slot, ask: Mapping[str, Any]) -> Group:
    """The control group of the slot's own container that is named by its full id."""
    name = group_name(ask)  # refused before anything is touched
    return slot.child_group(name)


def group_name(ask: Mapping[str, Any]) -> str:
    if not CONTAINER.fullmatch(str(ask["container"])):
        raise BadRequest("a container is named by its full id")
    return f"run/{ask['container']}"


def image_of(ask: Mapping[str, Any]) -> str:
    image = str(ask["image"])
    if not IMAGE.fullmatch(image):
        raise BadRequest("an image is named by its id")
    return image
