from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from labs.models import Submission
from labs.specs import Lab
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs")]
PAGE = "/labs/non-root/"
GOOD = "FROM python:3.11-slim\nUSER 1000\n"


def signed_in(client: Client, name: str = "alice") -> Client:
    client.force_login(factories.user(name))
    return client


def send(client: Client, **fields: Any) -> Any:
    return client.post(PAGE + "submit", {"file:Dockerfile": GOOD, **fields})


def test_the_list_is_readable_without_an_account(client: Client, lab: Lab) -> None:
    page = client.get("/labs/").content.decode()
    assert lab.title in page
    assert PAGE in page


def test_the_list_shows_what_was_passed(client: Client, lab: Lab) -> None:
    alice = factories.user()
    factories.graded(alice, lab)
    client.force_login(alice)
    page = client.get("/labs/").content.decode()
    assert "Passed" in page
    assert "1 attempt ·" in page


def test_a_lab_is_readable_without_an_account(client: Client, lab: Lab) -> None:
    page = client.get(PAGE).content.decode()
    assert "<h2>Goal</h2>" in page
    assert "<strong>and nothing of it is root</strong>" in page
    assert "Nothing runs as root" in page
    assert "Sign in to build" in page
    assert "Build and grade" not in page


def test_an_unknown_lab_is_not_found(client: Client, lab: Lab) -> None:
    assert client.get("/labs/unknown/").status_code == 404
    assert client.post("/labs/unknown/submit").status_code == 404


@pytest.mark.parametrize(("method", "path"), [("post", "/labs/"), ("post", PAGE), ("get", PAGE + "submit")])
def test_a_wrong_verb_is_refused(client: Client, lab: Lab, method: str, path: str) -> None:
    assert getattr(client, method)(path).status_code == 405


def test_a_stranger_signs_in_before_submitting_and_comes_back(client: Client, lab: Lab) -> None:
    answer = send(client)
    assert answer["Location"] == reverse("people:login") + f"?next={PAGE}"
    assert not Submission.objects.exists()


def test_a_submission_is_queued_and_its_page_opened(client: Client, lab: Lab) -> None:
    answer = send(signed_in(client))
    row = Submission.objects.get()
    assert answer["Location"] == f"/submissions/{row.pk}/"
    assert row.files == {"Dockerfile": GOOD}


def test_a_browsers_line_ends_become_plain_ones(client: Client, lab: Lab) -> None:
    send(signed_in(client), **{"file:Dockerfile": GOOD.replace("\n", "\r\n")})
    assert Submission.objects.get().files["Dockerfile"] == GOOD


def test_a_chosen_file_goes_before_the_text(client: Client, lab: Lab) -> None:
    chosen = SimpleUploadedFile("Dockerfile.txt", b"FROM scratch\n")
    send(signed_in(client), **{"upload:Dockerfile": chosen, "file:entrypoint.sh": "exec app\n"})
    assert Submission.objects.get().files == {"Dockerfile": "FROM scratch\n", "entrypoint.sh": "exec app\n"}


def test_a_refused_form_says_why_and_loses_nothing(client: Client, lab: Lab) -> None:
    answer = send(signed_in(client), **{"file:Dockerfile": " ", "file:entrypoint.sh": "exec <app>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert "exec &lt;app&gt;" in page
    assert not Submission.objects.exists()


def test_a_file_that_is_too_large_is_not_read_whole(client: Client, lab: Lab) -> None:
    large = SimpleUploadedFile("Dockerfile", b"#" * 2_000_000)
    answer = send(signed_in(client), **{"upload:Dockerfile": large})
    assert answer.status_code == 422
    assert len(answer.content) < 200_000


def test_too_many_waiting_keeps_the_text(client: Client, lab: Lab, settings: Settings) -> None:
    settings.WAITING_PER_LEARNER = 1
    send(signed_in(client))
    answer = send(client, **{"file:Dockerfile": "FROM second\n"})
    assert answer.status_code == 429
    assert "FROM second" in answer.content.decode()


def test_the_editor_begins_with_the_starter_then_with_the_last_submission(client: Client, lab: Lab) -> None:
    signed_in(client)
    assert "pip install --no-cache-dir" in client.get(PAGE).content.decode()
    send(client)
    assert "USER 1000" in client.get(PAGE).content.decode()
    assert "pip install --no-cache-dir" in client.get(PAGE + "?from=starter").content.decode()


def test_the_editor_can_begin_with_an_earlier_attempt_of_ones_own(client: Client, lab: Lab) -> None:
    alice, bob = factories.user(), factories.user("bob")
    first = factories.submission(alice, lab, files={"Dockerfile": "FROM first\n"})
    factories.submission(alice, lab, files={"Dockerfile": "FROM second\n"})
    client.force_login(alice)
    assert "FROM first" in client.get(f"{PAGE}?from={first.pk}").content.decode()
    client.force_login(bob)
    assert "FROM first" not in client.get(f"{PAGE}?from={first.pk}").content.decode()
    assert client.get(f"{PAGE}?from=nonsense").status_code == 200


def test_hints_open_with_graded_tries(client: Client, lab: Lab) -> None:
    alice = factories.user()
    client.force_login(alice)
    for tries, opened in enumerate(([1], [1, 2], [1, 2, 3])):
        page = client.get(PAGE).content.decode()
        shown = [n for n in (1, 2, 3) if f"<summary>Hint {n}</summary>" in page]
        assert shown == opened, tries
        factories.graded(alice, lab)


def test_where_no_engine_can_run_the_reason_is_shown_and_nothing_is_sent(
    client: Client, lab: Lab, settings: Settings
) -> None:
    (settings.VAR / "no-engine").write_text("This kernel has no user namespaces.")
    page = signed_in(client).get(PAGE).content.decode()
    assert "This kernel has no user namespaces." in page
    assert 'type="submit" disabled' in page
    answer = send(client)
    assert answer.status_code == 503
    assert "USER 1000" in answer.content.decode()
    assert not Submission.objects.exists()


def test_labs_are_closed_while_no_supervisor_answers(client: Client, lab: Lab, settings: Settings) -> None:
    settings.SANDBOX_SOCKET = settings.VAR / "nobody.sock"
    assert "The sandbox is not running" in client.get(PAGE).content.decode()


def test_the_pages_ask_the_same_number_of_questions_however_many_attempts(
    client: Client, lab: Lab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice = factories.user()
    client.force_login(alice)
    factories.graded(alice, lab)
    for _ in range(2):
        cache.clear()
        with django_assert_num_queries(6):  # session, user, attempts twice, last files, the proof of the sandbox
            client.get(PAGE)
        with django_assert_num_queries(4):  # the list of attempts and the proof are in the cache
            client.get(PAGE)
        with django_assert_num_queries(4):  # session, user, tries, teaches
            client.get("/labs/")
        for _ in range(6):
            factories.graded(alice, lab)


def test_pages_hold_nothing_that_the_policy_forbids(client: Client, lab: Lab) -> None:
    answer = signed_in(client).get(PAGE)
    page = answer.content.decode()
    assert "style=" not in page
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_an_example_of_the_lesson_is_loaded_as_far_as_the_lab_takes_its_files(client: Client, lab: Lab) -> None:
    page = client.get(PAGE, {"example": "containerization/somebody-not-root"}).content.decode()
    assert "CMD [&quot;python&quot;, &quot;app.py&quot;]" in page and "COPY app.py ." in page
    assert "ThreadingHTTPServer" not in page


@pytest.mark.parametrize("named", ["containerization/nothing", "cooking/soup", "../labs", "containerization"])
def test_an_unknown_example_opens_the_starter(client: Client, lab: Lab, named: str) -> None:
    assert "COPY . ." in client.get(PAGE, {"example": named}).content.decode()
