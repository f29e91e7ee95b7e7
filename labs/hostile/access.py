"""Attacks on who may see and do what: other people's rows, forged sessions, forms and links from elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from labs import specs
from labs.hostile.rows import FILES, MARK, Told, bad_grade, expect, own
from labs.hostile.storing import browser, claimed, person
from labs.hostile.submission import corpus_lab
from labs.models import Submission
from labs.moves import QUEUED
from labs.recording import record
from labs.specs import Lab
from people.models import Cohort, Membership, User


def _places(row: Submission) -> dict[str, str]:
    return {"the page": f"/submissions/{row.pk}/", "the log": f"/submissions/{row.pk}/log"}


def _cohort(teacher: User, *learners: User) -> Cohort:
    made = Cohort.objects.create(name="A cohort")
    Membership.objects.create(cohort=made, user=teacher, role=Membership.Role.INSTRUCTOR)
    for learner in learners:
        Membership.objects.create(cohort=made, user=learner)
    return made


def _graded() -> Submission:
    held = claimed(person("learner"), corpus_lab(), FILES)
    record(held, bad_grade())
    return held


def _refuses(reader: User, row: Submission) -> Told:
    told = []
    with browser(reader) as client:
        for what, path in _places(row).items():
            answer = client.get(path)
            body = answer.content.decode(errors="replace")
            told += expect(answer.status_code == 404, f"{what} was answered with {answer.status_code}")
            told += expect(MARK not in body, f"{what} shows what its learner wrote")
    seen = Submission.objects.visible_to(reader).filter(pk=row.pk).exists()
    return told + expect(not seen, "live events would be sent")


def stranger_reads() -> Told:
    return _refuses(person("mallory"), _graded())


def classmate_reads() -> Told:
    row, mallory = _graded(), person("mallory")
    row.cohort = _cohort(person("teacher"), row.learner, mallory)
    row.save()
    return _refuses(mallory, row)


def other_instructor_reads() -> Told:
    row, other = _graded(), person("other-teacher")
    row.cohort = _cohort(person("teacher"), row.learner)
    row.save()
    _cohort(other, person("pupil"))
    return _refuses(other, row)


def instructor_of_a_left_cohort() -> Told:
    """A learner's work outside a cohort is not its instructor's."""
    row, teacher = _graded(), person("teacher")
    _cohort(teacher, row.learner)  # joined afterwards: the row belongs to no cohort
    return _refuses(teacher, row)


def nobody_reads() -> Told:
    row, told = _graded(), []
    with browser() as client:
        for what, path in {**_places(row), "the list": "/submissions/"}.items():
            answer = client.get(path)
            sent = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
            told += expect(sent, f"{what} was answered with {answer.status_code} without an account")
    return told


def stranger_cancels() -> Told:
    row = claimed(person("learner"), corpus_lab(), FILES)
    Submission.objects.filter(pk=row.pk).update(state=QUEUED)
    with browser(person("mallory")) as client:
        answer = client.post(f"/submissions/{row.pk}/cancel")
    told = expect(answer.status_code == 404, f"cancelling was answered with {answer.status_code}")
    return told + expect(own(row).state == QUEUED, "a stranger cancelled it")


def learner_lists_cohorts() -> Told:
    with browser(_graded().learner) as client:
        status = client.get("/submissions/").status_code
    return expect(status == 404, f"an instructor's list was answered with {status} for a learner")


def somebody_elses_text() -> Told:
    """The editor begins with an attempt by its number: another learner's must not be taken."""
    lab = _any_lab()
    theirs = claimed(person("learner"), lab, FILES)
    with browser(person("mallory")) as client:
        page = client.get(f"/labs/{lab.slug}/?from={theirs.pk}")
    told = expect(page.status_code == 200, f"the lab's page was answered with {page.status_code}")
    return told + expect(MARK not in page.content.decode(), "the editor shows another learner's text")


def guessed_number() -> Told:
    with browser(person("mallory")) as client:
        paths = [f"/submissions/{uuid.uuid4()}/", "/submissions/1/", "/submissions/%00/", "/submissions/../labs/"]
        answers = {path: client.get(path).status_code for path in paths}
    return [f"{path} was answered with {status}" for path, status in answers.items() if status != 404]


# Sessions and forms


def _any_lab() -> Lab:
    return next(iter(specs.catalogue().values()), corpus_lab())


def foreign_form() -> Told:
    """Another site's page sends a form with the learner's cookies."""
    lab, learner = _any_lab(), person("learner")
    with browser(learner) as client:
        client.handler.enforce_csrf_checks = True
        answer = client.post(f"/labs/{lab.slug}/submit", {"file:Dockerfile": "FROM scratch\n"})
    told = expect(answer.status_code == 403, f"a form without its token was answered with {answer.status_code}")
    return told + expect(not Submission.objects.filter(learner=learner).exists(), "it was queued")


def link_that_acts() -> Told:
    row = claimed(person("learner"), corpus_lab(), FILES)
    Submission.objects.filter(pk=row.pk).update(state=QUEUED)
    lab = _any_lab()
    with browser(row.learner) as client:
        answers = [
            client.get(path).status_code for path in (f"/submissions/{row.pk}/cancel", f"/labs/{lab.slug}/submit")
        ]
    told = expect(answers == [405, 405], f"following a link was answered with {answers}")
    return told + expect(own(row).state == QUEUED, "a link cancelled it")


def forged_session() -> Told:
    row = _graded()
    with browser() as client:
        for value in ("1", str(row.learner.pk), "../../etc/passwd", "x" * 4000, "\x80\x04N."):
            # As a header of its own: newer libraries refuse to write what an attacker would send all the same.
            answer = client.get(f"/submissions/{row.pk}/", headers={"cookie": f"sessionid={value}"})
            if answer.status_code != 302:
                return [f"the session {value[:20]!r} was answered with {answer.status_code}"]
    return []


def open_redirect() -> Told:
    told, learner = [], person("learner")
    learner.set_password("a long password of its own")
    learner.save()
    for target in ("https://elsewhere.invalid/", "//elsewhere.invalid/", "/\\elsewhere.invalid", "javascript:alert(1)"):
        with browser() as client:
            sent = {"username": learner.username, "password": "a long password of its own", "next": target}
            place = client.post("/accounts/login/", sent).headers.get("Location", "")
        told += expect(place == "/", f"after signing in one is sent to {place!r}")
    return told


def foreign_host() -> Told:
    with browser() as client:
        status = client.get("/labs/", headers={"host": "elsewhere.invalid"}).status_code
    return expect(status == 400, f"a request for another host was answered with {status}")


def paths_out() -> Told:
    paths = ["/labs/../../../etc/passwd/", "/labs/%2e%2e/", "/static/../config/settings.py", "/static/%2e%2e/manage.py"]
    paths += ["/static//etc/passwd", "/labs/layer-caching%00/", "/labs/solution/", "/var/secret_key"]
    with browser(person("mallory")) as client:
        answers = {path: client.get(path).status_code for path in paths}
    return [f"{path} was answered with {status}" for path, status in answers.items() if status not in {400, 404}]


SCENARIOS: Mapping[str, Callable[[], Told]] = {
    scenario.__name__.replace("_", "-"): scenario
    for scenario in (
        stranger_reads,
        classmate_reads,
        other_instructor_reads,
        instructor_of_a_left_cohort,
        nobody_reads,
        stranger_cancels,
        learner_lists_cohorts,
        somebody_elses_text,
        guessed_number,
        foreign_form,
        link_that_acts,
        forged_session,
        open_redirect,
        foreign_host,
        paths_out,
    )
}
