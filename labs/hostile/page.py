"""Texts that attack whoever reads them: put into a grade, rows, names and events, then shown everywhere they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.template.loader import render_to_string

from labs import grading, report
from labs.contract import to_json, to_text
from labs.grading import Grade
from labs.hostile import markup
from labs.hostile.storing import browser, claimed, person, rolled_back
from labs.hostile.submission import corpus_lab
from labs.pages.live import live
from labs.progress import empty, reduced
from labs.recording import record
from people.models import Cohort, Membership
from sandbox.facts import Build, LimitHit, Outcome, Problem, Process, Start, Step, Unavailable
from sandbox.hostile.arena import Arena
from sandbox.hostile.cases import Case
from sandbox.hostile.oracles import Evidence
from sandbox.hostile.payload import payload
from sandbox.logs import LogBuffer, clean

FILE = "payload.txt"
Page = tuple[str, str]  # (html or "", plain text or "")


def page(arena: Arena, case: Case) -> Evidence:
    """Every place of the case's scenario, with the payload in it."""
    raw = payload(case, arena.values)[FILE]
    begun = time.monotonic()
    told: list[str] = []
    stored: list[str] = []
    with rolled_back():
        for html, text in SCENARIOS[case.scenario](raw):
            told += markup.problems(html) if html else []
            told += markup.steering(text) if text else []
            stored += [html, text]
    seconds = time.monotonic() - begun
    return Evidence("text", "; ".join(told)[:300], "\n".join(stored), seconds, complaints=tuple(dict.fromkeys(told)))


def _grade(build: Build, *, app: Start | None = None, log: str = "", **more: Any) -> Grade:
    facts = {"image": build} | ({"app": app} if app else {})
    outcome = Outcome(facts, log=log, **more)
    return grading.grade(corpus_lab(), outcome)


def _shown(grade: Grade, files: Mapping[str, str] | None = None) -> Iterator[Page]:
    """A stored grade as its learner, its instructor, a terminal and another program get it."""
    learner, teacher = person("learner"), person("teacher")
    cohort = Cohort.objects.create(name="Everybody")
    Membership.objects.create(cohort=cohort, user=learner)
    Membership.objects.create(cohort=cohort, user=teacher, role=Membership.Role.INSTRUCTOR)
    held = claimed(learner, corpus_lab(), files or {"Dockerfile": "FROM python:3.11-slim\n"})
    type(held).objects.filter(pk=held.pk).update(cohort=cohort)
    record(held, grade)
    for reader in (learner, teacher):
        with browser(reader) as client:
            answer = client.get(f"/submissions/{held.pk}/")
            yield _html(answer), ""
    yield "", report.text(grade)
    yield "", to_text(to_json(grade))


def _html(answer: HttpResponseBase) -> str:
    policy = str(answer.headers.get("Content-Security-Policy", ""))
    scripts = next((part for part in policy.split(";") if part.strip().startswith("script-src")), "")
    if "'nonce-" not in scripts or "unsafe" in scripts or "default-src 'none'" not in policy:
        raise AssertionError(f"a page without a strict policy: {policy!r}")
    return bytes(answer.content).decode()  # type: ignore[attr-defined]  # no stream


def _in_log(raw: bytes) -> Iterator[Page]:
    buffer = LogBuffer(settings.RUN_LOG_BYTES)
    buffer.add(clean(raw))
    yield from _shown(_grade(Build(True, 0.1), log=buffer.text()))


def _in_step(raw: bytes) -> Iterator[Page]:
    step = Step(f"[2/2] RUN {clean(raw)}"[:300], 1, False, 0.1)
    yield from _shown(_grade(Build(False, 0.1, (step,), Problem("it ended with 1", 1))))


def _in_error(raw: bytes) -> Iterator[Page]:
    text = clean(raw)
    yield from _shown(_grade(Build(False, 0.1, (), Problem(text, 1), log_tail=text)))


def _in_check(raw: bytes) -> Iterator[Page]:
    grade, text = _grade(Build(False, 0.1)), clean(raw)
    checks = tuple(
        replace(check, status="failed", found=text, expected=text, why=text, hint=text) for check in grade.checks
    )
    yield from _shown(replace(grade, checks=checks))


def _in_unavailable(raw: bytes) -> Iterator[Page]:
    text = clean(raw)
    yield from _shown(_grade(Build(False, 0.1), unavailable=Unavailable("image", text, text, 1)))


def _in_limit(raw: bytes) -> Iterator[Page]:
    yield from _shown(_grade(Build(False, 0.1), limit=LimitHit("memory", 256, "MB", clean(raw))))


def _in_process(raw: bytes) -> Iterator[Page]:
    process = Process(1, clean(raw)[:15], clean(raw), (0,) * 4, (0,) * 4, (), ("chown",), 1)
    start = Start(True, 0.1, 8080, processes=(process,))
    for html, _ in _shown(_grade(Build(True, 0.1), app=start)):
        if html:
            yield html, ""


def _in_file(raw: bytes) -> Iterator[Page]:
    text = raw.decode("utf-8", "replace").replace("\0", "")
    for html, _ in _shown(_grade(Build(False, 0.1)), {"Dockerfile": text, "entrypoint.sh": text, "attack.py": text}):
        if html:
            yield html, ""


def _in_name(raw: bytes) -> Iterator[Page]:
    """A person's name, as instructors see it in their list and on a submission."""
    learner, teacher = person("learner"), person("teacher")
    learner.first_name = clean(raw).replace("\n", " ")[:150]
    learner.save()
    cohort = Cohort.objects.create(name=clean(raw).replace("\n", " ")[:120])
    Membership.objects.create(cohort=cohort, user=teacher, role=Membership.Role.INSTRUCTOR)
    held = claimed(learner, corpus_lab(), {"Dockerfile": "FROM python:3.11-slim\n"})
    type(held).objects.filter(pk=held.pk).update(cohort=cohort)
    with browser(teacher) as client:
        for path in ("/submissions/", f"/submissions/{held.pk}/"):
            yield _html(client.get(path)), ""


def _live(raw: bytes) -> Iterator[Page]:
    """What a page gets while the build runs, and what stays in the row for pages without live events."""
    text, state = clean(raw), empty(1)
    step = {"type": "step", "index": 1, "of": 1, "name": text, "line": 1, "state": "running", "cached": False}
    for event in ({**step, "seconds": 0.0}, {"type": "log", "step": text, "text": text}):
        state = reduced(state, 1, event)
    yield render_to_string("labs/submission.html#live", {"live": live(state)}), ""


def _in_terminal(raw: bytes) -> Iterator[Page]:
    """Uncleaned, as far as a fact's text may come: what the command line prints while it works."""
    step = {"type": "step", "index": 1, "of": 1, "name": clean(raw), "state": "running"}
    yield "", str(report.progress(step))


SCENARIOS: Mapping[str, Callable[[bytes], Iterator[Page]]] = {
    "log": _in_log,
    "step": _in_step,
    "error": _in_error,
    "check": _in_check,
    "unavailable": _in_unavailable,
    "limit": _in_limit,
    "process": _in_process,
    "file": _in_file,
    "name": _in_name,
    "live": _live,
    "terminal": _in_terminal,
}
