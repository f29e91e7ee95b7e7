"""Canary of the build on another day: the tags really move and are put back, the index really has newer versions."""

from __future__ import annotations

import docker

from sandbox.available import Stock
from sandbox.canaries.tools import BASE, ENGINE_SECONDS, run
from sandbox.door import Slot
from sandbox.plan import Experiment
from sandbox.tomorrowfacts import Tomorrow

PACKAGE = "tabulate"  # one wheel, without others that it asks for


def another_day_is_another_day(slot: Slot) -> str:
    """Where nothing moved, everything would seem pinned; where the index does not answer, nothing would."""
    later = Experiment("later", "tomorrow", after="image", dependency=PACKAGE)
    fact = run(slot, f"{BASE}RUN pip install --no-deps {PACKAGE}\n", later).facts.get("later")
    if not isinstance(fact, Tomorrow) or not fact.build.ok:
        return "nothing could be built on another day"
    if not fact.moved:
        return "on another day a moving tag is the same image"
    if any(package.today == package.tomorrow for package in fact.installed) or not fact.installed:
        return "on another day the package index has no newer version"
    return _moved_for_good(slot)


def _moved_for_good(slot: Slot) -> str:
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=ENGINE_SECONDS)
    try:
        tags = {tag: image["Id"] for image in client.images() for tag in image["RepoTags"] or ()}
    finally:
        client.close()
    wrong = [name for name, image in Stock.load(slot.stock).images.items() if tags.get(name) != image.id]
    return f"{wrong[0]} is another image than the catalogue's" if wrong else ""
