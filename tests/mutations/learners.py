"""Two learners, one after another in one slot: what the first leaves, the second must not find."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import docker

from sandbox import door
from tests.mutations.attacks import WAIT_SECONDS, breaches, built, named
from tests.mutations.mutation import Attack

BASE = "FROM python:3.11-slim\n"
_CACHE = "--mount=type=cache,id=shared,target=/c"
Turn = Callable[[door.Slot, str], str]  # with a secret of this attack's


def _two(name: str, first: Turn, second: Turn) -> Attack:
    """`second` gets what `first` returned, and says what it found."""

    def attack(control: Path) -> str:
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            left = first(slot, secrets.token_hex(8))
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            return second(slot, left)

    return named(name)(attack)


def _build(slot: door.Slot, dockerfile: str) -> tuple[str, str]:
    finished, text = built(slot, {"Dockerfile": (BASE + dockerfile).encode()})
    assert finished.ok and finished.image_id, text[-2000:]
    return finished.image_id, text


def _makes_an_image(slot: door.Slot, secret: str) -> str:
    return _build(slot, f"LABEL slipway.learner=me\nRUN echo {secret} > /secret\n")[0]


def _finds_the_image(slot: door.Slot, image: str) -> str:
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=30)
    try:
        found = [one["Id"] for one in client.images(all=True)]
    finally:
        client.close()
    return "the image of the learner before" if image in found else ""


def _runs_a_step(slot: door.Slot, secret: str) -> str:
    step = f"RUN echo {secret} > /work\n"
    _build(slot, step)
    return step


def _sees_it_cached(slot: door.Slot, step: str) -> str:
    finished, text = built(slot, {"Dockerfile": (BASE + step).encode()})
    assert finished.ok, text[-2000:]
    cached = [vertex for vertex in finished.progress.vertexes.values() if vertex.cached and "RUN" in vertex.name]
    return "the learner before ran the same step" if cached else ""


def _fills_a_cache(slot: door.Slot, secret: str) -> str:
    _build(slot, f"RUN {_CACHE} echo {secret} > /c/secret\n")
    return secret


def _reads_the_cache(slot: door.Slot, secret: str) -> str:
    look = f"RUN {_CACHE} ls -l /c; sed 's/^/BREACH-''GOT-THROUGH /' /c/secret || echo nothing there\n"
    _, text = _build(slot, look)
    found = breaches(text, "nothing there")
    return "the secret of the learner before" if secret in found else found


finds_an_image = _two("an image is looked for that another learner made", _makes_an_image, _finds_the_image)
sees_what_was_cached = _two("a step is run that another learner ran", _runs_a_step, _sees_it_cached)
reads_a_cache_mount = _two("a cache mount is read that another learner filled", _fills_a_cache, _reads_the_cache)
