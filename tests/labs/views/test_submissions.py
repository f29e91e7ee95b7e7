from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from labs.grading import Grade
from labs.models import Submission
from labs.specs import Lab
from sandbox.facts import ImageFiles, LayerFiles, LimitHit, Problem, Tool, Unavailable
from sandbox.healthfacts import Broken, Health, Trial
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs")]


def page_of(client: Client, row: Submission, **headers: Any) -> str:
    client.force_login(row.learner)
    answer = client.get(f"/submissions/{row.pk}/", **headers)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(client: Client, result: Grade, **fields: Any) -> str:
    return page_of(client, factories.graded(factories.user(), result=result, **fields))


def test_the_learner_and_the_instructor_see_it_and_a_stranger_does_not(client: Client, lab: Lab) -> None:
    alice, teacher, mallory = factories.user(), factories.user("teacher"), factories.user("mallory")
    row = factories.graded(alice, lab, cohort=factories.cohort(teacher, alice, mallory))
    for reader, status in ((alice, 200), (teacher, 200), (mallory, 404)):
        client.force_login(reader)
        for part in ("", "log"):
            assert client.get(f"/submissions/{row.pk}/{part}").status_code == status, (reader, part)


@pytest.mark.parametrize("part", ["", "log"])
def test_somebody_unknown_signs_in_first(client: Client, lab: Lab, part: str) -> None:
    path = f"/submissions/{factories.graded(factories.user(), lab).pk}/{part}"
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize(("method", "part"), [("post", ""), ("post", "log"), ("get", "cancel"), ("post", "events")])
def test_a_wrong_verb_is_refused(client: Client, lab: Lab, method: str, part: str) -> None:
    row = factories.graded(factories.user(), lab)
    client.force_login(row.learner)
    assert getattr(client, method)(f"/submissions/{row.pk}/{part}").status_code == 405


def test_a_waiting_one_shows_its_place_and_reloads_without_a_script(client: Client, lab: Lab) -> None:
    alice, bob = factories.user(), factories.user("bob")
    factories.submission(bob, lab, created_at=timezone.now() - timedelta(seconds=1))
    page = page_of(client, factories.submission(alice, lab))
    assert "Queued: 2nd, about 5 s" in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "sse-connect" in page
    assert "Cancel" in page


def test_a_running_one_shows_its_steps(client: Client, lab: Lab) -> None:
    step = {
        "index": 4,
        "name": "[4/7] RUN make",
        "line": 5,
        "state": "running",
        "cached": False,
        "seconds": 0,
    }
    row = factories.submission(
        factories.user(),
        lab,
        state="running",
        progress={"fence": 1, "phase": "build", "of": 7, "steps": [step], "log": "cc <main.c>\n"},
    )
    page = page_of(client, row)
    assert "Building step 4 of 7" in page
    assert "[4/7] RUN make" in page
    assert "cc &lt;main.c&gt;" in page
    assert "Cancel" in page


def test_a_passed_one_says_so_and_needs_no_reloading(client: Client, lab: Lab) -> None:
    page = shown(client, factories.grade())
    assert "Every check holds." in page
    assert "refresh" not in page
    assert "sse-connect" not in page
    assert "<title>Passed: Run as somebody, not as root, attempt 1" in page


def test_the_first_thing_to_fix_is_a_required_check_and_links_to_its_line(client: Client, lab: Lab) -> None:
    extra = factories.check("extra", "failed", required=False, title="An extra")
    root = factories.check("root", "failed", title="Nothing runs as root", line=8, hint="Which user runs it?")
    page = shown(client, factories.grade(extra, root))
    first = page.index("Fix this first")
    assert first < page.index("Nothing runs as root") < page.index("An extra")
    assert 'href="#Dockerfile-L8"' in page
    assert 'id="Dockerfile-L8"' in page
    assert "Which user runs it?" in page
    assert "0 of 2 checks hold." in page


def test_passed_and_unmeasured_checks_are_folded_and_named(client: Client, lab: Lab) -> None:
    skipped = factories.check("b", "skipped", found="Not measured: the app never answered")
    page = shown(client, factories.grade(factories.check("a"), skipped))
    assert page.count("check-fold") == 2
    assert "Not measured" in page


STATES: list[tuple[str, dict[str, Any]]] = [
    (
        "Limit: memory 512 MB, step 4",
        {"limit": LimitHit("memory", 512, "MB", "[4/7] RUN make"), "passed": False},
    ),
    ("Limit: time 60 s, app", {"limit": LimitHit("time", 60, "s", "app"), "passed": False}),
    (
        "Not available here",
        {"unavailable": Unavailable("package", "jq", "jq is not here."), "counted": False},
    ),
    (
        "Build stopped at line 5",
        {
            "passed": False,
            "build": factories.build(ok=False, problem=Problem("exit code 1", 5)),
            "facts": {"image": factories.build(ok=False, problem=Problem("exit code 1", 5))},
        },
    ),
]


@pytest.mark.parametrize(("words", "changes"), STATES)
def test_every_way_to_stop_has_its_words(client: Client, lab: Lab, words: str, changes: dict[str, Any]) -> None:
    assert words in shown(client, factories.grade(**changes))


def test_what_does_not_count_says_so(client: Client, lab: Lab) -> None:
    missing = Unavailable("image", "alpine:3.9", "alpine:3.9 is not here. Take alpine:3.20.", 1)
    page = shown(client, factories.grade(unavailable=missing, counted=False, passed=False))
    assert "alpine:3.9 is not here. Take alpine:3.20. No attempt was used." in page


def test_our_failure_is_ours(client: Client, lab: Lab) -> None:
    row = factories.submission(factories.user(), lab, state="faulted", counted=False, fault="SandboxError: secret")
    page = page_of(client, row)
    assert "Our machine failed; no attempt used" in page
    assert "secret" not in page


def test_processes_are_shown_with_their_users(client: Client, lab: Lab) -> None:
    page = shown(
        client,
        factories.grade(facts={"app": factories.start(factories.process(0), factories.process(33, 7))}),
    )
    assert "0, root" in page
    assert "DAC_OVERRIDE" in page


def test_rebuilds_are_shown_layer_by_layer(client: Client, lab: Lab) -> None:
    facts = {
        "image": factories.build(),
        "code": factories.rebuild(),
        "docs": factories.rebuild("docs/a.md", 4),
    }
    page = shown(client, factories.grade(facts=facts))
    assert "RUN pip install -r requirements.txt" in page
    assert page.count("ran again") == 2
    assert "app.py changed" in page


def test_what_a_health_check_said_is_shown_fault_by_fault(client: Client, lab: Lab) -> None:
    seen = Broken("refuse", True, 0.8, Trial(7, "curl: (7) <refused>\n"), True, 0.5, Trial(0, "ok"))
    faults = (seen, Broken("error", False, 1.6, Trial(0, "")))
    health = Health(("CMD-SHELL", "curl x"), 30.0, 3.0, 0.0, 3, True, True, 0.6, Trial(0, ""), None, faults)
    page = shown(client, factories.grade(facts={"broken": health, "app": factories.start()}))
    assert "unhealthy after 0.8 s" in page and "healthy after 0.5 s" in page and "still healthy" in page
    assert "curl: (7) &lt;refused&gt;" in page
    assert "Who ran" not in page


def test_layers_are_shown_with_their_sizes_and_waste(client: Client, lab: Lab) -> None:
    layers = (LayerFiles("RUN /bin/sh -c apt-get install gcc # buildkit", False, 9, 200_000_000, 150_000_000),)
    tools = (Tool("/usr/lib/cc1", 30_000_000, layers[0].created_by, True),)
    carried = ImageFiles(250_000_000, 300_000_000, layers, tools)
    page = shown(client, factories.grade(facts={"layers": carried, "edit": factories.rebuild()}))
    assert "RUN apt-get install gcc" in page and "brings cc1" in page
    assert "200.0 MB" in page and "150.0 MB" in page and "300.0 MB" in page
    assert "What a rebuild kept" not in page


def test_learners_texts_are_escaped(client: Client, lab: Lab) -> None:
    nasty = "<script>alert(1)</script>"
    result = factories.grade(factories.check("a", "failed", found=nasty), log=nasty)
    page = shown(client, result, files={"Dockerfile": f"FROM x\n# {nasty}\n", "entrypoint.sh": nasty})
    assert nasty not in page


def test_htmx_gets_only_the_result_and_an_announcement(client: Client, lab: Lab) -> None:
    page = page_of(client, factories.graded(factories.user(), lab), headers={"HX-Request": "true"})
    assert page.strip().startswith('<div id="result"')
    assert "innerHTML:#announce" in page
    assert "<title>Passed: " in page
    assert 'id="attempts-list"' in page
    assert "<html" not in page


def test_the_log_is_a_download_of_plain_text(client: Client, lab: Lab) -> None:
    row = factories.graded(factories.user(), lab)
    client.force_login(row.learner)
    answer = client.get(f"/submissions/{row.pk}/log")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="non-root-1.log"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.decode() == "#1 FROM python:3.11-slim\n#2 done\n"


def test_without_a_run_there_is_no_log(client: Client, lab: Lab) -> None:
    row = factories.submission(factories.user(), lab)
    client.force_login(row.learner)
    assert client.get(f"/submissions/{row.pk}/log").status_code == 404


def test_only_the_learner_cancels(client: Client, lab: Lab) -> None:
    alice, teacher = factories.user(), factories.user("teacher")
    row = factories.submission(alice, lab, cohort=factories.cohort(teacher, alice))
    client.force_login(teacher)
    assert client.post(f"/submissions/{row.pk}/cancel").status_code == 404
    client.force_login(alice)
    assert client.post(f"/submissions/{row.pk}/cancel")["Location"] == f"/submissions/{row.pk}/"
    assert Submission.objects.get().state == "cancelled"


def test_the_page_asks_the_same_number_of_questions_however_much_it_shows(
    client: Client, lab: Lab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice = factories.user()
    row = factories.graded(alice, lab)
    client.force_login(alice)
    for _ in range(2):
        with django_assert_num_queries(7):  # session, user, submission, its facts, checks, attempts twice
            client.get(f"/submissions/{row.pk}/")
        with django_assert_num_queries(4):  # facts, checks and the attempts' lines are in the cached parts
            client.get(f"/submissions/{row.pk}/")
        row = factories.graded(alice, lab, factories.grade(*(factories.check(f"c{n}", "failed") for n in range(9))))
        for _ in range(5):
            factories.graded(alice, lab)


def test_an_instructor_sees_what_the_cohorts_sent(
    client: Client, lab: Lab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    teacher, alice, bob = factories.user("teacher"), factories.user(), factories.user("bob")
    cohort = factories.cohort(teacher, alice)
    factories.graded(alice, lab, cohort=cohort)
    factories.submission(bob, lab)
    client.force_login(teacher)
    for _ in range(2):
        with django_assert_num_queries(5):  # session, user, cohorts, count, rows
            page = client.get("/submissions/").content.decode()
        assert "alice" in page
        assert "bob" not in page
        for _ in range(5):
            factories.graded(alice, lab, cohort=cohort)


def test_the_cohorts_list_can_be_narrowed_to_a_lab(client: Client, lab: Lab) -> None:
    teacher, alice = factories.user("teacher"), factories.user()
    cohort = factories.cohort(teacher, alice)
    factories.graded(alice, lab, cohort=cohort)
    client.force_login(teacher)
    assert "alice" in client.get("/submissions/?lab=non-root").content.decode()
    assert "Nothing was sent yet." in client.get("/submissions/?lab=other").content.decode()


def test_the_cohorts_list_is_paged(client: Client, lab: Lab) -> None:
    teacher, alice = factories.user("teacher"), factories.user()
    cohort = factories.cohort(teacher, alice)
    for _ in range(51):
        factories.submission(alice, lab, cohort=cohort)
    client.force_login(teacher)
    assert "1 of 2" in client.get("/submissions/").content.decode()
    assert client.get("/submissions/?page=2").content.decode().count("#1<") == 1


def test_the_cohorts_list_is_not_there_for_a_learner(client: Client, lab: Lab) -> None:
    assert client.get("/submissions/")["Location"] == "/accounts/login/?next=/submissions/"
    client.force_login(factories.user())
    assert client.get("/submissions/").status_code == 404


def test_a_paste_of_megabytes_is_answered_with_what_may_be_sent(client: Client, lab: Lab, open_labs: None) -> None:
    client.force_login(factories.user())
    answer = client.post(f"/labs/{lab.slug}/submit", {"file:Dockerfile": "x" * 2_000_000})
    assert answer.status_code == 400
    assert "64 KB" in answer.content.decode()
