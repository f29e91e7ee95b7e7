"""One submission in every state, for looking at the pages: `python -m tests.showcase` in an empty database.

Signs up "alice", "bob" and their instructor "teacher", all with the password "correct horse".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from labs.grading import CheckGrade, Grade
from labs.models import Submission
from labs.specs import Lab
from sandbox.facts import Fact, ImageFiles, LayerFiles, LimitHit, Problem, Step, Timings, Tool, Unavailable
from sandbox.healthfacts import Broken, Health, Trial
from tests import factories
from tests.factories import check

ROOT = factories.DOCKERFILE
FIXED = ROOT.replace("EXPOSE", "RUN useradd app && chown app /data\nUSER app\nEXPOSE")
LOG = "".join(f"#7 {n * 0.11:.2f} Collecting package-{n}\n" for n in range(40))


def labs() -> tuple[Lab, Lab]:
    layers = factories.lab(
        "layer-caching",
        title="Keep what did not change",
        summary="Order the steps so that an edit of the code does not install everything again.",
        skills=("dockerfile.layer-caching",),
        files=("Dockerfile", ".dockerignore"),
        extra_files=(),
        starter={"Dockerfile": ROOT, ".dockerignore": "docs/\n"},
    )
    return layers, factories.lab()


def make() -> dict[str, Submission]:
    layers, root = labs()
    alice = factories.user(first_name="Alice", last_name="Moreau")
    bob, teacher = factories.user("bob"), factories.user("teacher")
    cohort = factories.cohort(teacher, alice, bob)
    rows = {
        name: factories.graded(alice, lab, grade, cohort=cohort, files={"Dockerfile": text})
        for name, (lab, grade, text) in _graded(layers, root).items()
    }
    rows["faulted"] = factories.submission(alice, root, state="faulted", counted=False, cohort=cohort)
    rows["cancelled"] = factories.submission(alice, root, state="cancelled", counted=False, cohort=cohort)
    factories.submission(bob, root, cohort=cohort)
    rows["queued"] = factories.submission(alice, root, cohort=cohort)
    rows["running"] = factories.submission(alice, root, state="running", cohort=cohort, progress=_progress())
    for age, row in enumerate(reversed(rows.values())):
        Submission.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(minutes=7 * age))
    return rows


def _graded(layers: Lab, root: Lab) -> dict[str, tuple[Lab, Grade, str]]:
    problem = Problem("pip could not find requirements.txt: the step ended with exit code 1.", 5)
    failed = (*factories.STEPS[:3], Step(factories.STEPS[3].name, 5, False, 1.2, "failed"))
    stopped = factories.build(ok=False, problem=problem, steps=failed)
    rebuilt = {
        "image": factories.build(),
        "code": factories.rebuild(kept=3),
        "manifest": factories.rebuild("requirements.txt", 1),
        "docs": factories.rebuild("docs/guide.md", 4),
    }
    memory = LimitHit("memory", 512, "MB", "[4/4] RUN make")
    missing = Unavailable("image", "alpine:3.9", "alpine:3.9 is not here. These are: alpine:3.20, debian:12-slim.", 1)
    return {
        "failed": (root, factories.grade(*_failed(), log=LOG, facts=_facts(0)), ROOT),
        "stopped": (
            root,
            factories.grade(
                check("builds", "failed", found=problem.message, line=5),
                *(check(name, "skipped", found="There is no image") for name in ("serves", "no-root")),
                build=stopped,
                facts={"image": stopped},
                log=LOG,
            ),
            ROOT,
        ),
        "limit": (root, factories.grade(*_failed()[:1], limit=memory, passed=False, log=LOG), ROOT),
        "unavailable": (root, factories.grade(unavailable=missing, counted=False, passed=False), ROOT),
        "passed": (root, factories.grade(*_passed(), log=LOG, facts=_facts(1000)), FIXED),
        "health": (root, factories.grade(*_failed(), log=LOG, facts={"image": factories.build(), **_health()}), ROOT),
        "carried": (root, factories.grade(*_failed(), log=LOG, facts={"image": factories.build(), **_carried()}), ROOT),
        "rebuilds": (
            layers,
            factories.grade(*_layers(), facts=rebuilt, log=LOG, timings=Timings(total=6)),
            ROOT,
        ),
    }


def _facts(uid: int) -> dict[str, Fact]:
    helper = factories.process(uid, 12, "python -m http.server")
    return {"image": factories.build(), "app": factories.start(factories.process(uid), helper)}


def _health() -> dict[str, Fact]:
    no = Trial(7, "curl: (7) Failed to connect to localhost\n")
    refused = Broken("refuse", True, 0.8, no, True, 0.5, Trial(0, "ok"))
    blind = Broken("error", False, 1.6, Trial(0, "Internal Server Error\n"))
    hung = Broken("hang", True, 3.1, Trial(-1, ""), True, 0.6, Trial(0, "ok"))
    base = Health(("CMD-SHELL", "curl -s localhost:8080/healthz"), 30.0, 3.0, 0.0, 3, True, True, 0.6, Trial(0, "ok"))
    return {"broken": replace(base, faults=(refused, blind)), "hung": replace(base, faults=(hung,))}


def _carried() -> dict[str, Fact]:
    apt = "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev # buildkit"
    purged = "RUN /bin/sh -c apt-get purge -y --auto-remove gcc libc6-dev # buildkit"
    carried = (
        LayerFiles("ADD rootfs.tar / # assembled from Debian packages", True, 6000, 74_000_000, 2_000_000),
        LayerFiles("COPY package index settings # slipway", True, 7, 900, 0),
        LayerFiles(apt, False, 3000, 243_000_000, 241_000_000),
        LayerFiles("COPY notebook.c . # buildkit", False, 1, 3_400, 0),
        LayerFiles("RUN /bin/sh -c gcc -O2 -o /usr/local/bin/notebook notebook.c # buildkit", False, 1, 16_700, 0),
        LayerFiles(purged, False, 40, 1_900_000, 0),
    )
    tools = (Tool("/usr/lib/gcc/x86_64-linux-gnu/12/cc1", 30_000_000, apt, False),)
    return {"layers": ImageFiles(319_000_000, 319_500_000, carried, tools)}


def _failed() -> tuple[CheckGrade, ...]:
    return (
        check("builds", title="The image builds", expected="", found="4 steps, 2 from the cache"),
        check("serves", title="The app answers", expected="200 from /healthz", found="200 after 0.3 s"),
        check(
            "no-root-process",
            "failed",
            title="Nothing runs as root",
            max_points=4.0,
            found="PID 1 python, user id 0, with 3 capabilities",
            why="A hole in the app is then a hole with root's rights: every file can be changed.",
            hint="Which line of your Dockerfile decides the user of CMD? Is there one?",
            line=8,
        ),
        check("data", "failed", title="The app still writes its data", found="POST /notes said 500", line=4),
        check("code", "skipped", title="The app cannot change its code", required=False, found="Not measured"),
    )


def _passed() -> tuple[CheckGrade, ...]:
    return (
        check("builds", title="The image builds", found="5 steps, 2 from the cache"),
        check("serves", title="The app answers", found="200 after 0.3 s"),
        check("no-root-process", title="Nothing runs as root", max_points=4.0, points=4.0),
        check("data", title="The app still writes its data", found="POST /notes said 201"),
    )


def _layers() -> tuple[CheckGrade, ...]:
    return (
        check("builds", title="The image builds", found="4 steps"),
        check("deps-cached-on-source-change", title="An edit of the code keeps the dependencies"),
        check("deps-rerun-on-manifest-change", title="A new dependency is installed"),
        check("nothing-rebuilt-on-ignored-change", title="The docs rebuild nothing"),
    )


def _progress() -> dict[str, object]:
    names = [step.name for step in factories.STEPS]
    states = ["done", "done", "done", "running"]
    steps = [
        {"index": n, "name": name, "line": n, "state": state, "cached": n < 3, "seconds": 0.1}
        for n, (name, state) in enumerate(zip(names, states, strict=True), 1)
    ]
    return {"fence": 1, "phase": "build", "of": 4, "steps": steps, "log": LOG[-1200:], "experiments": []}


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    django.setup()
    for name, row in make().items():
        print(f"{name:<12} /submissions/{row.pk}/")
