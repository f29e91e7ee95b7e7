from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from labs import gate
from labs.specs import Lab
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/sandbox/"


def case(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"id": "build/fork-bomb", "family": "build", "title": "A build step forks without end"}
    base |= {"outcome": "limit:pids", "contained": True, "layer": "process-limit", "stopped_by": "the process limit"}
    return {**base, "seconds": 2.5, "complaints": [], **changes}


def store(*cases: dict[str, Any], whole: bool = False) -> None:
    contained = sum(one["contained"] for one in cases)
    report = {"fingerprint": "f", "total": len(cases), "contained": contained, "seconds": 61.0, "cases": list(cases)}
    gate.store(report, whole=whole)


@pytest.fixture
def teacher(client: Client) -> Client:
    who = factories.user("teacher")
    factories.cohort(who)
    client.force_login(who)
    return client


def shown(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_staff_may_see_it_too(client: Client) -> None:
    client.force_login(factories.user("operator", is_staff=True))
    assert "Does the sandbox hold?" in shown(client)


def test_a_learner_does_not_find_it_and_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")
    alice = factories.user()
    factories.cohort(factories.user("teacher"), alice)
    client.force_login(alice)
    assert client.get(PAGE).status_code == 404


def test_it_says_what_to_do_while_nothing_was_tried(teacher: Client) -> None:
    page = shown(teacher)
    assert "nothing was tried yet" in page
    assert "manage.py sandbox test" in page


def test_it_shows_what_was_tried_in_plain_words(teacher: Client) -> None:
    store(case())
    page = shown(teacher)
    assert "All 1 attacks were contained" in page
    assert "Labs are open." in page
    assert "A build step forks without end" in page
    assert "Stopped by the process limit" in page
    assert "The core of the corpus was tried" in page


def test_what_got_through_stands_first_with_why(teacher: Client) -> None:
    store(case(), case(id="run/x", family="run", title="Another", contained=False, complaints=["it <b>got</b> out"]))
    page = shown(teacher)
    assert "1 of 2 attacks got through" in page
    assert "it &lt;b&gt;got&lt;/b&gt; out" in page
    assert "manage.py sandbox test --case run/x" in page
    assert "Labs are open." not in page
    assert page.index("Another") < page.index("A build step forks")


def test_who_teaches_is_led_there_and_a_learner_is_not(teacher: Client, client: Client, lab: Lab) -> None:
    assert PAGE in teacher.get("/labs/").content.decode()
    client.force_login(factories.user())
    assert PAGE not in client.get("/labs/").content.decode()


@pytest.mark.usefixtures("open_labs")
def test_a_lab_says_why_it_is_closed_and_takes_nothing(client: Client, lab: Lab) -> None:
    store(case(contained=False))
    client.force_login(factories.user())
    assert gate.NOT_CONTAINED in client.get(f"/labs/{lab.slug}/").content.decode()
    assert client.post(f"/labs/{lab.slug}/submit", {"file:Dockerfile": "FROM x\n"}).status_code == 503
