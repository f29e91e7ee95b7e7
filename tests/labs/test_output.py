"""What a learner wrote, in every place where it is shown: as text on pages, in terminals, in JSON and in the log."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from labs import report
from labs.grading import Grade, grade, to_json
from labs.models import Run, Submission
from labs.pages import export
from labs.pages.code import files
from labs.recording import record
from labs.specs import Lab
from people.models import User
from sandbox.facts import Build, Fact, LimitHit, Outcome, Problem, Step, Unavailable
from tests import factories
from tests.fuzz.pages import Page
from tests.fuzz.payloads import MARKUP, PAYLOADS, STEERS
from tests.labs.facts import build, process, start
from tests.labs.tiny import lab as tiny

EVERY = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
# Where the sandbox puts a learner's words, and with which of them a grade ends.
ENDS = ["process", "refused", "limit", "unavailable", "no answer", "not built"]
EVERYWHERE = pytest.mark.parametrize("end", ENDS)
HARMLESS = "plain words"


def outcome(end: str, payload: str) -> Outcome:
    step = Step(f"[1/2] RUN {payload}", 3, False, 0.5, stage=payload)
    built = build(steps=(step,), log_tail=payload, user=payload, base=payload)
    failed = replace(built, ok=False, problem=Problem(f"{payload} is not a Dockerfile instruction", 3))
    nasty = replace(process(uid=0), name=payload, command=payload)
    ends: dict[str, Outcome] = {
        "process": Outcome({"image": built, "app": start(processes=(nasty,))}),
        "refused": Outcome({"image": replace(failed, steps=(), log_tail="")}),
        "limit": Outcome({"image": failed}, limit=LimitHit("memory", 64, "MB", payload)),
        "unavailable": Outcome({}, unavailable=Unavailable("package", payload, f"{payload} is not here.", 2)),
        "no answer": Outcome({"image": built, "app": start(answered=False, log_tail=payload)}),
        "not built": Outcome({"image": failed}),
    }
    return replace(ends[end], log=f"{payload}\n")


def graded(end: str, payload: str) -> Grade:
    return grade(tiny(), outcome(end, payload))


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@EVERY
@EVERYWHERE
def test_a_terminal_is_never_steered(end: str, payload: str) -> None:
    shown = report.text(graded(end, payload))
    assert not STEERS.search(shown)
    shown.encode()


@EVERY
@EVERYWHERE
def test_json_holds_plain_text_and_nothing_more_than_its_keys(end: str, payload: str) -> None:
    data, harmless = to_json(graded(end, payload)), to_json(graded(end, HARMLESS))
    written = json.dumps(data, ensure_ascii=False)
    written.encode()
    assert json.loads(written) == data
    assert not any(STEERS.search(text) for text in texts(data))
    assert data.keys() == harmless.keys()
    assert [check["status"] for check in data["checks"]] == [check["status"] for check in harmless["checks"]]


@EVERY
def test_what_is_told_while_it_runs_is_one_line_of_plain_text(payload: str) -> None:
    event = {"type": "step", "state": "running", "index": 1, "of": 2, "name": payload}
    line = report.progress(event)
    assert line is not None
    assert not STEERS.search(line)
    assert "\n" not in line


@EVERY
def test_a_listing_shows_every_character_and_keeps_its_lines(payload: str) -> None:
    (shown,) = files({"Dockerfile": f"FROM x\n# {payload}\nRUN {payload}\n"})
    assert len(shown.lines) == 3 + 2 * payload.count("\n")
    page = Page.of("".join(line.html for line in shown.lines))
    assert not STEERS.search(page.text)
    assert {element.tag for element in page.elements} <= {"span"}
    if payload in MARKUP.values() and "\n" not in payload:
        assert payload in page.text


@pytest.mark.django_db
@pytest.mark.usefixtures("open_labs")
class TestPages:
    """A page with a payload has the very elements and attributes of the page with plain words."""

    @EVERYWHERE
    def test_a_result_shows_it_as_text(self, client: Client, lab: Lab, end: str) -> None:
        wanted, _ = self.result(client, lab, end, HARMLESS)
        for name, payload in PAYLOADS.items():
            found, page = self.result(client, lab, end, payload)
            assert found == wanted, name
            assert not STEERS.search(page.text), name
            if payload in MARKUP.values() and "\n" not in payload and "`" not in payload:
                assert payload in page.text, name

    @pytest.mark.parametrize("payload", MARKUP.values(), ids=MARKUP.keys())
    def test_lists_and_names_show_it_as_text(self, client: Client, lab: Lab, payload: str) -> None:
        assert self.cohort(client, lab, payload) == self.cohort(client, lab, HARMLESS)

    @EVERY
    def test_a_refused_form_gives_it_back_as_it_was(self, client: Client, lab: Lab, payload: str) -> None:
        client.force_login(factories.user())
        text = payload.encode("utf-8", "replace").decode()
        sent = {"file:Dockerfile": text, "file:entrypoint.sh": "\0"}
        answer = client.post(f"/labs/{lab.slug}/submit", sent)
        assert answer.status_code == 422
        page = Page.of(answer.content.decode())
        assert [e.tag for e in page.elements].count("textarea") == 2
        assert text in page.text.replace("\r\n", "\n")
        assert page.faults(nonce(answer)) == []

    @EVERY
    def test_the_log_is_a_file_of_plain_text(self, client: Client, lab: Lab, payload: str) -> None:
        row = self.stored(factories.user(), lab, "process", payload)
        client.force_login(row.learner)
        answer = client.get(f"/submissions/{row.pk}/log")
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert not STEERS.search(answer.content.decode())

    def test_a_log_that_was_cut_says_where_and_by_how_much(self, client: Client, lab: Lab, settings: Settings) -> None:
        settings.RUN_LOG_BYTES = 1000
        row = factories.submission(factories.user(), lab, state="running", fence=1)
        lines = "".join(f"line {number}\n" for number in range(1000))
        assert record(row, grade(tiny(), replace(outcome("process", HARMLESS), log=lines)))
        client.force_login(row.learner)
        text = client.get(f"/submissions/{row.pk}/log").content.decode()
        assert text.startswith("line 0\nline 1\n")
        assert text.endswith("line 999\n")
        assert f"… {len(lines) - 1000} bytes left out …" in text
        page = Page.of(client.get(f"/submissions/{row.pk}/").content.decode())
        assert f"/submissions/{row.pk}/log" in {e.attributes.get("href") for e in page.elements}
        assert "bytes left out" in page.text

    @EVERYWHERE
    def test_a_spreadsheet_takes_it_for_text(self, client: Client, lab: Lab, end: str) -> None:
        teacher = factories.user("teacher")
        client.force_login(teacher)
        for number, payload in enumerate(PAYLOADS.values()):
            name = payload.encode("utf-8", "replace").decode()[:150]
            alice = factories.user(f"alice{number}", first_name=name)
            row = self.stored(alice, lab, end, payload)
            Submission.objects.filter(pk=row.pk).update(cohort=factories.cohort(teacher, alice, name=name))
        written = client.get("/submissions.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(written)))
        assert {len(row) for row in rows} == {len(export.HEADER)}
        assert len(rows) == len(PAYLOADS) + 1
        for text in (text for row in rows for text in row):
            assert not STEERS.search(text)
            assert not text.startswith(("=", "+", "-", "@"))

    def stored(self, learner: Any, lab: Lab, end: str, payload: str) -> Submission:
        source = f"FROM x\n# {payload.encode('utf-8', 'replace').decode()}\n"
        row = factories.submission(learner, lab, files={"Dockerfile": source}, state="running", fence=1)
        assert record(row, graded(end, payload))
        return Submission.objects.get(pk=row.pk)

    def result(self, client: Client, lab: Lab, end: str, payload: str) -> tuple[list[Any], Page]:
        alice = User.objects.filter(username="alice").first() or factories.user()
        Run.objects.all().delete()
        Submission.objects.all().delete()
        row = self.stored(alice, lab, end, payload)
        client.force_login(alice)
        answer = client.get(f"/submissions/{row.pk}/")
        page = Page.of(answer.content.decode())
        assert page.faults(nonce(answer)) == []
        return skeleton(page), page

    def cohort(self, client: Client, lab: Lab, payload: str) -> list[Any]:
        number = User.objects.count()
        teacher = factories.user(f"teacher{number}", first_name=payload[:150])
        alice = factories.user(f"alice{number}", first_name=payload[:150])
        cohorts = [factories.cohort(teacher, alice, name=payload), factories.cohort(teacher, name=payload)]
        factories.graded(alice, lab, cohort=cohorts[0])
        client.force_login(teacher)
        answer = client.get("/submissions/", {"lab": payload})
        page = client.get("/submissions/")
        for one in (answer, page):
            assert Page.of(one.content.decode()).faults(nonce(one)) == []
        shown = Page.of(page.content.decode())
        assert payload in shown.text
        return skeleton(shown)


def nonce(answer: Any) -> str:
    policy = answer["Content-Security-Policy"]
    return str(policy.partition("'nonce-")[2].partition("'")[0])


def skeleton(page: Page) -> list[Any]:
    """Elements with the names of their attributes, but for those that a listing or ticked words may have."""
    elements = [e for e in page.elements if e.tag not in {"span", "code", "br"}]
    return [(e.tag, sorted(e.attributes)) for e in elements if not (e.attributes.get("id") or "").startswith("Docker")]


def test_every_fact_that_is_stored_is_plain() -> None:
    for payload in PAYLOADS.values():
        for end in ENDS:
            facts: dict[str, Fact] = dict(graded(end, payload).facts)
            for fact in facts.values():
                if isinstance(fact, Build):
                    assert not STEERS.search(fact.log_tail + fact.user + "".join(step.name for step in fact.steps))
