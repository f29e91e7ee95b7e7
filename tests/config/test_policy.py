"""Every answer of every address carries the policy, and no page needs more than it allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import URLPattern, URLResolver, get_resolver

from labs import specs
from labs.models import Submission
from labs.specs import Lab
from people.models import Cohort, User
from tests import factories
from tests.fuzz.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs")]
WANTED = {
    "default-src": "'none'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# An address of ours for each argument in a pattern; a new argument needs a line in `addresses`.
ARGUMENT = re.compile(r"<\w+:(?P<name>\w+)>")

LIVE = "/submissions/<uuid:pk>/events"  # a stream of its own kind, tested below


def routes(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path
        else:
            yield from routes(entry, path)


def addresses(row: Submission) -> list[str]:
    values = {
        "pk": str(row.pk),
        "id": "client-who-does-it",
        "skill": "non-root",
        "name": "4.1-docker-architecture",
        "code": str(Cohort.objects.get().code) if Cohort.objects.exists() else str(row.pk),
        "learner": str(row.learner.code),
    }

    def address(route: str) -> str:
        slug = "containerization" if route.startswith("/lessons/") else row.slug
        return ARGUMENT.sub(lambda match: {**values, "slug": slug}[match["name"]], route)

    return sorted({address(route) for route in routes() if route != LIVE})


def policy(answer: Any) -> dict[str, str]:
    header = answer.headers.get("Content-Security-Policy", "")
    parts = [part.strip().partition(" ") for part in header.split(";")]
    return {name: value.strip() for name, _, value in parts}


def check(answer: Any) -> None:
    """The header, and no page that would need more than it allows."""
    said = policy(answer)
    assert {name: said.get(name) for name in WANTED} == WANTED, answer
    match = re.fullmatch(r"(?:'nonce-([\w+/=]+)')?", said["script-src"])
    assert match is not None, said["script-src"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
        assert Page.of(answer.content.decode()).faults(match[1] or "") == []


@pytest.mark.parametrize("reader", [None, "alice", "teacher", "mallory"])
def test_every_address_answers_with_the_policy(client: Client, lab: Lab, reader: str | None) -> None:
    alice, teacher, mallory = factories.user(), factories.user("teacher"), factories.user("mallory")
    cohort = factories.cohort(teacher, alice)
    rows = [factories.graded(alice, lab, cohort=cohort), factories.submission(alice, lab, cohort=cohort)]
    readers = {"alice": alice, "teacher": teacher, "mallory": mallory}
    for path in sorted({path for row in rows for path in addresses(row)}):
        for method in (client.get, client.post):
            if reader is not None:
                client.force_login(readers[reader])  # the address before may have been the one that signs out
            check(method(path))


def test_the_addresses_are_really_all_walked(lab: Lab) -> None:
    found = addresses(factories.submission(factories.user(), lab))
    assert len(found) >= 20
    assert LIVE in routes()
    assert not any(set(path) & set("<>^$()") for path in found)


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_live_events_have_it_too(lab: Lab) -> None:
    client, row = AsyncClient(), await sync_to_async(lambda: factories.graded(factories.user(), lab))()
    await client.aforce_login(await User.objects.aget(pk=row.learner_id))
    answer: Any = await client.get(LIVE.replace("<uuid:pk>", str(row.pk)))
    assert answer["Content-Type"] == "text/event-stream"
    check(answer)
    await answer._iterator.aclose()


def test_pages_that_say_no_have_it_too(client: Client, lab: Lab) -> None:
    client.force_login(factories.user())
    fields = {f"f{number}": "x" for number in range(200)}
    said = {
        404: client.get("/nowhere"),
        405: client.post("/labs/"),
        422: client.post(f"/labs/{lab.slug}/submit", {"file:Dockerfile": ""}),
        400: client.post(f"/labs/{lab.slug}/submit", fields),
        403: Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x"}),
    }
    assert {status: answer.status_code for status, answer in said.items()} == {status: status for status in said}
    for answer in said.values():
        check(answer)


def test_another_host_is_refused_with_it(client: Client) -> None:
    answer = client.get("/labs/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    check(answer)


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("a slip"), 500), (PermissionDenied(), 403)])
def test_what_goes_wrong_inside_is_shown_with_it(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(specs, "catalogue", broken)
    answer = Client(raise_request_exception=False).get("/labs/")
    assert answer.status_code == status
    assert b"a slip" not in answer.content
    check(answer)


@pytest.mark.parametrize("file", ["site.css", "icon.svg", "django_htmx/htmx-2.min.js"])
def test_files_have_it_too(client: Client, file: str) -> None:
    answer = client.get(f"/static/{file}")
    answer.close()
    assert answer.status_code == 200
    assert policy(answer)["default-src"] == "'none'"


def test_a_page_has_a_nonce_of_its_own_each_time(client: Client, lab: Lab) -> None:
    first, second = (policy(client.get("/labs/"))["script-src"] for _ in range(2))
    assert first.startswith("'nonce-")
    assert first != second


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<script src="/static/x.js"></script>',
        '<script src="/static/x.js" nonce="other"></script>',
        '<p style="color: red">',
        "<style>p {}</style>",
        '<img src="x" onerror="alert(1)">',
        '<a href="javascript:alert(1)">',
        '<p hx-on:click="alert(1)">',
        '<base href="/elsewhere/">',
    ],
)
def test_the_check_itself_finds_what_it_looks_for(html: str) -> None:
    answer = HttpResponse(html, headers={"Content-Security-Policy": "script-src 'nonce-abc'"})
    assert Page.of(answer.content.decode()).faults("abc") != []
