from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lessons import content
from lessons.models import Reading
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/lessons/containerization/"
LESSON = content.load("containerization")


def test_the_lesson_is_readable_without_an_account(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert client.get("/").headers["Location"] == PAGE
    assert all(f'id="{section.anchor}"' in page for section in LESSON.sections)
    assert all(f'id="q-{q.id}"' in page for q in LESSON.questions if q.pool == "practice")
    assert not any(f'id="q-{q.id}"' in page for q in LESSON.questions if q.pool == "assessment")
    assert "3 Infrastructure as Code" in page and "5 Container Orchestration" in page and "Course lesson 05" in page


def test_nothing_on_the_page_comes_from_elsewhere_or_runs_inline(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert 'src="http' not in page and "<style" not in page and " style=" not in page
    assert re.findall(r"<script(?![^>]* src=)", page) == []


def test_no_id_is_used_twice(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    ids = [part.partition('"')[0] for part in page.split(' id="')[1:]]
    assert [one for one in ids if ids.count(one) > 1] == []


def test_it_stays_below_150_kb_on_the_wire(client: Client) -> None:
    answer = client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < 150_000 / 2  # the styles and scripts need the rest
    assert b"Containerization" in gzip.decompress(answer.content)


def test_each_reader_gets_a_token_of_their_own(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert "<!--csrf-->" not in page and "<!--question:" not in page
    assert page.count("csrfmiddlewaretoken") > len(LESSON.questions) / 2


def test_an_unknown_lesson_is_not_found(client: Client) -> None:
    assert client.get("/lessons/cooking/").status_code == 404


def test_a_search_works_without_a_script(client: Client) -> None:
    page = client.get(PAGE, {"q": "noexec"}).content.decode()
    assert '<a href="#read-only"><b>' in page and "<mark>noexec</mark>" in page
    answer = client.get(PAGE + "search", {"q": "noexec"})
    assert answer.status_code == 302 and answer.headers["Location"] == PAGE + "?q=noexec"


def test_a_search_in_place_sends_the_list_alone(client: Client) -> None:
    page = client.get(PAGE + "search", {"q": "noexec"}, headers={"HX-Request": "true"}).content.decode()
    assert "<mark>noexec</mark>" in page and "<html" not in page


def test_diagrams_can_be_downloaded(client: Client) -> None:
    answer = client.get(PAGE + "diagrams/4.1-docker-architecture.drawio")
    assert answer.content.startswith(b"<mxfile") and "attachment" in answer.headers["Content-Disposition"]
    assert client.get(PAGE + "diagrams/../lesson.toml.drawio").status_code == 404
    assert client.get(PAGE + "diagrams/lesson.drawio").status_code == 404


def test_a_tick_survives_and_can_be_taken_back(client: Client) -> None:
    alice = factories.user()
    client.force_login(alice)
    answer = client.post(PAGE + "read", {"section": "volumes"})
    assert answer.headers["Location"] == PAGE + "#volumes"
    assert 'href="#volumes" class="is-read"' in client.get(PAGE).content.decode()
    assert client.post(PAGE + "read", {"section": "volumes"}, headers={"X-Requested-With": "fetch"}).status_code == 204
    assert Reading.objects.count() == 1
    client.post(PAGE + "read", {"section": "volumes", "undo": "1"})
    assert not Reading.objects.exists()


def test_ticks_need_an_account_and_a_section(client: Client) -> None:
    assert "/accounts/login/" in client.post(PAGE + "read", {"section": "volumes"}).headers["Location"]
    client.force_login(factories.user())
    assert client.post(PAGE + "read", {"section": "nowhere"}).status_code == 404
    assert client.get(PAGE + "read").status_code == 405


def test_a_page_without_answers_asks_the_database_little(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(factories.user())
    client.get(PAGE)
    with django_assert_max_num_queries(3):
        client.get(PAGE)


def test_every_lab_that_the_lesson_leads_to_is_there(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    for slug in set(re.findall(r'href="/labs/([a-z-]+)/', page)):
        assert client.get(f"/labs/{slug}/").status_code == 200, slug


def test_code_in_a_claim_is_code(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert '<p class="claim"><code>docker</code> is a small client' in page
