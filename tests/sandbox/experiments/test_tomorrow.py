"""On the real engine: tags that moved and are put back, digests that stay, an index with newer versions."""

from __future__ import annotations

from typing import Any

import docker
import pytest

from sandbox.available import Stock
from sandbox.door import Slot
from sandbox.plan import Experiment, Plan
from sandbox.tomorrowfacts import Tomorrow

pytestmark = pytest.mark.engine
INSTALLS = "RUN pip install bottle {more}\n"


def tomorrow(slot: Slot, base: str, more: str = "", then: str = "") -> Tomorrow:
    experiments = (
        Experiment("image", "build"),
        Experiment("later", "tomorrow", after="image", dependency="bottle"),
    )
    text = f"FROM {base}\n{INSTALLS.format(more=more)}{then}"
    fact = slot.run(Plan("test", {}, {"Dockerfile": text}, experiments), lambda event: None).facts["later"]
    assert isinstance(fact, Tomorrow)
    return fact


def versions(fact: Tomorrow) -> dict[str, bool]:
    return {package.name: package.today == package.tomorrow for package in fact.installed}


def test_a_moving_tag_stands_on_another_base_and_is_put_back(slot: Slot) -> None:
    fact = tomorrow(slot, "python:3.11-slim")
    assert fact.build.ok
    assert fact.moved == ("python:3.11-slim",)
    assert fact.references[0].floating
    client: Any = docker.APIClient(f"unix://{slot.docker}", version="1.44")
    for name, image in Stock.load(slot.stock).images.items():
        assert client.inspect_image(name)["Id"] == image.id
    assert not slot.tainted


def test_a_digest_and_a_tag_that_stays_go_on_meaning_the_same(slot: Slot) -> None:
    stock = Stock.load(slot.stock)
    image = stock.images["python:3.11-slim"]
    digests = {image.digest, image.upstream_digest or image.digest}
    for base in ("python:3.11.2-slim", *(f"python:3.11-slim@{digest}" for digest in sorted(digests))):
        fact = tomorrow(slot, base)
        assert (fact.build.ok, fact.moved, fact.references[0].floating) == (True, (), "")


def test_a_version_that_was_not_pinned_is_another_one(slot: Slot) -> None:
    fact = tomorrow(slot, "python:3.11.2-slim", more="waitress==3.0.2")
    assert versions(fact) == {"bottle": False, "waitress": True}
    assert fact.dependency


def test_tools_that_install_have_a_tomorrow_as_well(slot: Slot) -> None:
    fact = tomorrow(slot, "python:3.11.2-slim", more="uv", then="RUN pip install --upgrade pip setuptools\n")
    assert {name: same for name, same in versions(fact).items() if name in {"pip", "setuptools", "uv"}} == {
        "pip": False,
        "setuptools": False,
        "uv": False,
    }


def test_a_range_of_an_older_series_has_a_tomorrow(slot: Slot) -> None:
    fact = tomorrow(slot, "python:3.11.2-slim", more="'flask~=3.0.0'")
    assert not versions(fact)["flask"]


def test_a_build_that_fails_on_another_day_is_told(slot: Slot) -> None:
    fails = 'RUN python -c \'import importlib.metadata as m; assert m.version("bottle") == "0.13.4"\'\n'
    fact = tomorrow(slot, "python:3.11.2-slim", then=fails)
    assert not fact.build.ok
    assert fact.build.problem is not None


def test_other_stages_and_files_from_other_images_count_as_references(slot: Slot) -> None:
    fact = tomorrow(slot, "python:3.11.2-slim", then="COPY --from=debian:12-slim /etc/debian_version /version\n")
    assert [(ref.name, ref.line, bool(ref.floating)) for ref in fact.references] == [
        ("python:3.11.2-slim", 1, False),
        ("debian:12-slim", 3, True),
    ]
    assert fact.moved == ()
