"""The notice that says when labs open: on every page, and alone for htmx."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from labs import gate
from labs.specs import Lab
from sandbox import start
from sandbox.start import Start
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs")]
NOTICE, LESSON = "/opening/", "/lessons/containerization/"


def put(settings: Settings, stage: str, **more: object) -> None:
    now = Start(stage, **{"opens_at": time.time() + 85, **more})  # type: ignore[arg-type]  # fields of several types
    start.write(Path(settings.VAR), now)


def text(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def test_the_lesson_says_when_labs_open(client: Client, settings: Settings) -> None:
    put(settings, start.SETUP, doing="engine tree, debian packages", done=4, total=18)
    page = text(client, LESSON)
    assert "Labs open in about 90 s" in page
    assert "setting up the sandbox, part 5 of 18: engine tree, debian packages." in page
    assert 'hx-trigger="every 3s"' in page
    assert "Without JavaScript, reload the page." in page


def test_the_attacks_are_counted(client: Client, settings: Settings) -> None:
    put(settings, start.ATTACKS, done=12, total=48)
    assert "trying 48 attacks on this machine, 12 done." in text(client, NOTICE)
    assert 'max="48" value="12"' in text(client, NOTICE)


@pytest.mark.parametrize(
    ("left", "words"), [(0, "soon"), (1.5, "in about 10 s"), (99, "in about 100 s"), (130, "in about 3 minutes")]
)
def test_the_time_is_rounded_up_as_people_round(client: Client, settings: Settings, left: float, words: str) -> None:
    put(settings, start.SANDBOX, opens_at=time.time() + left)
    assert f"Labs open {words}</strong>: starting the sandbox." in text(client, NOTICE)


def test_nothing_is_taken_meanwhile_and_nothing_is_lost(client: Client, lab: Lab, settings: Settings) -> None:
    put(settings, start.CANARIES, done=3, total=20)
    client.force_login(factories.user())
    answer = client.post(f"/labs/{lab.slug}/submit", {"file:Dockerfile": "FROM mine\n"})
    assert answer.status_code == 503
    assert "checking what this machine enforces, 3 of 20 done." in answer.content.decode()
    assert "FROM mine" in answer.content.decode()


def test_once_they_are_open_the_notice_says_so_and_asks_no_more(client: Client, lab: Lab, settings: Settings) -> None:
    put(settings, start.OPEN)
    client.force_login(factories.user())
    notice = text(client, f"{NOTICE}?build=1")
    assert "Labs are open." in notice
    assert "hx-trigger" not in notice
    assert 'hx-swap-oob="true"' in notice
    assert " disabled" not in notice
    assert "hx-swap-oob" not in text(client, NOTICE)
    for page in (LESSON, f"/labs/{lab.slug}/"):
        assert 'class="notice opening"' not in text(client, page)


def test_the_gate_still_decides_when_the_start_is_over(client: Client, lab: Lab, settings: Settings) -> None:
    put(settings, start.OPEN)
    gate.store({"fingerprint": "test", "total": 2, "contained": 1}, whole=False)
    assert gate.NOT_CONTAINED in text(client, f"/labs/{lab.slug}/")
    assert gate.NOT_CONTAINED in text(client, NOTICE)


def test_what_failed_is_on_every_page_and_its_detail_is_for_operators(client: Client, settings: Settings) -> None:
    put(settings, start.FAILED, finding="It could not be set up.", todo="Do <this>.", detail="E: the <b>words</b>")
    teacher, learner = factories.user("teacher"), factories.user()
    factories.cohort(teacher, learner)
    assert "Labs are closed.</strong> It could not be set up. Do &lt;this&gt;." in text(client, LESSON)
    client.force_login(learner)
    assert "the &lt;b&gt;words" not in text(client, LESSON)
    client.force_login(teacher)
    assert "E: the &lt;b&gt;words&lt;/b&gt;" in text(client, LESSON)


def test_where_no_engine_can_run_nothing_is_awaited(client: Client, settings: Settings) -> None:
    (Path(settings.VAR) / "no-engine").write_text("it needs root")
    put(settings, start.SETUP)
    assert "It needs root." in text(client, NOTICE)
    assert "hx-trigger" not in text(client, NOTICE)
    assert 'class="notice opening"' not in text(client, LESSON)
