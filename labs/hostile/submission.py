"""Attacks that are sent as a learner sends them, graded as a learner's are, and stored as they are stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from labs import files, report, running, specs
from labs.grading import Grade
from labs.hostile import storing
from labs.specs import Lab
from sandbox.composefacts import ComposeUp
from sandbox.door import Slot
from sandbox.facts import Build
from sandbox.hostile.arena import Arena, Everyday
from sandbox.hostile.cases import Case
from sandbox.hostile.kinds import limits
from sandbox.hostile.oracles import Evidence
from sandbox.hostile.payload import payload

FOLDER = Path(__file__).parent / "lab"


@cache
def corpus_lab() -> Lab:
    return specs.load(FOLDER)


def lab_of(case: Case) -> Lab:
    lab = specs.catalogue()[case.lab] if case.lab else corpus_lab()
    return replace(lab, limits=limits(case, lab.limits))


def submission(arena: Arena, case: Case) -> Evidence:
    """Files → form checks → plan → grade → rows, JSON, terminal and page: everything that a learner's work becomes."""
    lab = lab_of(case)
    begun = time.monotonic()
    submitted = files.read(lab, payload(case, arena.values))
    if submitted.problems:
        grade = running.refused(lab, submitted.problems)
    else:
        with arena.lease(case.seconds) as slot:
            grade = running.grade_in(slot, lab, submitted.files, lambda event: None)
    seconds = time.monotonic() - begun
    kept = storing.kept(lab, submitted.files, grade)
    return Evidence(named(grade), _words(grade), kept.text, seconds, kept.results, kept.complaints)


def named(grade: Grade) -> str:
    """What a learner would call it; see `sandbox.hostile.cases.OUTCOMES`."""
    if grade.unavailable is not None:
        return "not-available"
    if grade.limit is not None:
        return f"limit:{grade.limit.name}"
    if grade.build is not None and not grade.build.ok:
        return "build-failed" if grade.build.seconds else "refused"
    ups = (fact for fact in grade.facts.values() if isinstance(fact, ComposeUp))
    if any(fact.problem is not None and not fact.up_seconds for fact in ups):
        return "refused"  # its compose.yaml was read, and nothing was started
    return "passed" if grade.passed else "not-passed"


def _words(grade: Grade) -> str:
    found = [f"{check.id}: {check.found}" for check in grade.checks if check.status != "passed"]
    return " · ".join([report.verdict(grade), *found, grade.log[-300:]])


def everyday(values: Mapping[str, str], slot: Slot) -> Everyday:
    """The corpus lab's starter, with a secret of this learner's in its image; graded in a leased slot."""
    lab = corpus_lab()
    secret = values["LEARNER_SECRET"]
    text = lab.starter["Dockerfile"].replace("USER", f"RUN echo {secret} > /app/secret\nUSER", 1)
    grade = running.grade_in(slot, lab, {"Dockerfile": text}, lambda event: None)
    statuses = " ".join(f"{check.id}={check.status}" for check in grade.checks)
    image = grade.build.image_id if isinstance(grade.build, Build) else None
    return Everyday(f"{grade.points:g} of {grade.max_points:g}: {statuses}", image or "")
