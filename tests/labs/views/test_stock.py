from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from sandbox.engine.paths import Layout
from tests.sandbox.stock import DATA, DIGEST

PAGE = "/stock/"


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Layout:
    settings.VAR = tmp_path
    return Layout(tmp_path)


def shown(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_images_stand_there_with_the_name_that_pins_them(client: Client, place: Layout) -> None:
    place.stock.parent.mkdir(parents=True)
    place.stock.write_text(json.dumps(DATA))
    page = shown(client)
    assert f"debian@{DIGEST}" in page
    assert "7.88.1-10+deb12u15" in page
    assert "2.8.0, 1.26.20" in page


@pytest.mark.django_db
def test_the_engines_programs_and_what_it_lacks_stand_there(client: Client, place: Layout) -> None:
    place.stock.parent.mkdir(parents=True)
    programs = {"Docker Engine": "26.1.5+dfsg1-9", "cosign": "3.1.1-2"}
    place.stock.write_text(json.dumps({**DATA, "programs": programs, "lacks": ["COPY --parents"]}))
    page = shown(client)
    assert "26.1.5+dfsg1-9" in page and "3.1.1-2" in page
    row = next(line for line in page.splitlines() if "COPY --parents" in line)
    assert "Docker 29.1" in row and "Write one COPY for each folder" in row


@pytest.mark.django_db
def test_an_image_that_this_machine_lacks_is_said_to_be_missing(client: Client, place: Layout) -> None:
    place.stock.parent.mkdir(parents=True)
    place.stock.write_text(json.dumps(DATA))
    row = next(line for line in shown(client).splitlines() if "alpine:3.20" in line)
    assert "Not on this machine" in row


@pytest.mark.django_db
@pytest.mark.parametrize("text", [None, "{", "{}"])
def test_a_machine_without_a_sandbox_says_so(client: Client, place: Layout, text: str | None) -> None:
    if text is not None:
        place.stock.parent.mkdir(parents=True)
        place.stock.write_text(text)
    assert "No sandbox is set up here" in shown(client)


@pytest.mark.django_db
def test_a_lab_leads_there(client: Client) -> None:
    assert f'href="{PAGE}"' in client.get("/labs/hello-image/").content.decode()
