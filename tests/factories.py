"""Rows and labs for tests, and for looking at pages: small, real, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.utils import timezone

from labs.grading import CheckGrade, Grade, Status
from labs.models import CheckResult, LabVersion, Run, Submission
from labs.specs import CheckSpec, Lab
from people.models import Cohort, Membership, User
from sandbox.facts import Build, Fact, Process, Rebuild, Start, Step, Timings
from sandbox.limits import DEFAULT

DOCKERFILE = """FROM python:3.11-slim

WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt

EXPOSE 8080
CMD ["python", "app.py"]
"""
BRIEF = """## Goal

The app runs, **and nothing of it is root**.

## You get

A small web service in `app.py` that keeps notes in `/data`. It starts as root today.
"""


def lab(slug: str = "non-root", **changes: Any) -> Lab:
    checks = (
        CheckSpec("builds", "image", "The image builds", "dockerfile.non-root", 1),
        CheckSpec("serves", "app", "The app answers", "dockerfile.non-root", 1),
        CheckSpec("no-root-process", "app", "Nothing runs as root", "dockerfile.non-root", 4, needs=("serves",)),
        CheckSpec("still-writes-its-data", "app", "The app still writes its data", "security.no-root", 2),
        CheckSpec(
            "code-not-writable",
            "write",
            "The app cannot change its code",
            "security.no-root",
            1,
            required=False,
        ),
    )
    base = Lab(
        slug=slug,
        version=1,
        title="Run as somebody, not as root",
        summary="Give the app a user of its own, and let it keep writing where it must.",
        skills=("dockerfile.non-root", "security.no-root"),
        files=("Dockerfile",),
        extra_files=("entrypoint.sh",),
        pass_at=8,
        brief=BRIEF,
        hints=("Which user does `id` print in your image?", "Look at `USER`.", "Give `/data` to that user."),
        starter={"Dockerfile": DOCKERFILE},
        context={},
        experiments=(),
        checks=checks,
        limits=DEFAULT,
        values={},
        texts={"lab.toml": f'version = 1\ntitle = "{slug}"\n'},
        digest=f"{slug:0<64}",
    )
    return replace(base, **changes)


def user(name: str = "alice", **fields: Any) -> User:
    return User.objects.create_user(username=name, password="correct horse", **fields)


def cohort(instructor: User, *learners: User, name: str = "Autumn") -> Cohort:
    made = Cohort.objects.create(name=name)
    Membership.objects.create(cohort=made, user=instructor, role=Membership.Role.INSTRUCTOR)
    for learner in learners:
        Membership.objects.create(cohort=made, user=learner)
    return made


def version(of: Lab) -> LabVersion:
    return LabVersion.objects.get_or_create(
        slug=of.slug,
        version=of.version,
        digest=of.digest,
        defaults={"title": of.title, "spec": {}, "files": dict(of.texts)},
    )[0]


def submission(learner: User, of: Lab | None = None, **fields: Any) -> Submission:
    of = of or lab()
    fields.setdefault("number", Submission.objects.filter(learner=learner, slug=of.slug).count() + 1)
    fields.setdefault("files", {"Dockerfile": DOCKERFILE})
    return Submission.objects.create(learner=learner, lab_version=version(of), slug=of.slug, **fields)


STEPS = (
    Step("[1/4] FROM python:3.11-slim", 1, True, 0.0),
    Step("[2/4] WORKDIR /app", 3, True, 0.0),
    Step("[3/4] COPY . .", 4, False, 0.1),
    Step("[4/4] RUN pip install --no-cache-dir -r requirements.txt", 5, False, 3.4),
)


def build(**changes: Any) -> Build:
    return replace(Build(ok=True, seconds=3.9, steps=STEPS), **changes)


def process(uid: int = 0, pid: int = 1, command: str = "python app.py") -> Process:
    capabilities = ("CHOWN", "DAC_OVERRIDE", "SETUID") if uid == 0 else ()
    return Process(pid, command.split(maxsplit=1)[0], command, (uid,) * 4, (uid,) * 4, (), capabilities, 2)


def start(*processes: Process) -> Start:
    return Start(answered=True, seconds=0.3, port=8080, processes=processes or (process(),))


def rebuild(edited: str = "app.py", kept: int = 2) -> Rebuild:
    layers = (
        "WORKDIR /app",
        "COPY requirements.txt . # buildkit",
        "RUN /bin/sh -c pip install -r requirements.txt # buildkit",
        "COPY . . # buildkit",
    )
    return Rebuild(
        edited, build(seconds=0.6 if kept > 2 else 3.8), layers[kept:], layers[:kept], layers[2], 5, kept < 3
    )


def check(id: str, status: Status = "passed", **changes: Any) -> CheckGrade:  # noqa: A002
    words: dict[str, Any] = {
        "title": id.replace("-", " ").capitalize(),
        "skill": "dockerfile.non-root",
        "required": True,
        "max_points": 2.0,
        "points": 2.0 if status == "passed" else 0.0,
        "expected": "No process with user id 0",
        "found": "PID 1 python, user id 1000",
        "why": "",
        "hint": "",
        "line": None,
        "file": "Dockerfile",
    }
    return CheckGrade(id=id, status=status, **(words | changes))


def grade(*checks: CheckGrade, **changes: Any) -> Grade:
    checks = checks or (check("builds"), check("no-root-process"))
    facts: Mapping[str, Fact] = {"image": build(), "app": start(process(1000))}
    base = Grade(
        lab="non-root",
        lab_version=1,
        counted=True,
        passed=all(one.status == "passed" for one in checks),
        points=sum(one.points for one in checks),
        max_points=sum(one.max_points for one in checks),
        checks=checks,
        limit=None,
        unavailable=None,
        build=build(),
        facts=facts,
        log="#1 FROM python:3.11-slim\n#2 done\n",
        timings=Timings(build=3.9, total=4.6),
        engine="test",
    )
    return replace(base, **changes)


def facts(of: Mapping[str, Fact]) -> dict[str, Any]:
    return {name: {"type": type(fact).__name__, **asdict(fact)} for name, fact in of.items()}


def graded(learner: User, of: Lab | None = None, result: Grade | None = None, **fields: Any) -> Submission:
    """A finished submission with its run and checks, as `labs.recording` stores them."""
    made, result = submission(learner, of, **fields), result or grade()
    stored = _contract(result.build) if result.build else None
    run = Run.objects.create(
        submission=made,
        fence=1,
        passed=result.passed,
        points=result.points,
        max_points=result.max_points,
        counted=result.counted,
        facts=facts(result.facts),
        facts_version=1,
        build=stored,
        limit=asdict(result.limit) if result.limit else None,
        unavailable=asdict(result.unavailable) if result.unavailable else None,
        timings=asdict(result.timings),
        log=Run.pack(result.log),
    )
    CheckResult.objects.bulk_create(
        CheckResult(run=run, position=at, check_id=one.id, **{k: v for k, v in asdict(one).items() if k != "id"})
        for at, one in enumerate(result.checks)
    )
    rows = Submission.objects.filter(pk=made.pk)
    rows.update(
        state=Submission.State.GRADED,
        run=run,
        counted=result.counted,
        graded_at=timezone.now(),
        fence=1,
        tries=1,
    )
    return rows.get()


def _contract(of: Build) -> dict[str, Any]:
    steps = [{"name": s.name, "line": s.line, "cached": s.cached, "seconds": s.seconds} for s in of.steps]
    stored: dict[str, Any] = {"ok": of.ok, "error": None, "seconds": of.seconds, "steps": steps}
    return stored | {"error": of.problem.message, "line": of.problem.line} if of.problem else stored
