"""What the lesson is told: which checks there are, and facts of a learner's last build for own-build questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from labs import specs
from labs.models import Submission
from lessons.outside import Check, OwnBuild
from lessons.quiz.questions import Choice
from sandbox import dockerfile

Facts = Mapping[str, Any]
Ask = Callable[[Facts], tuple[Choice, ...]]


def checks() -> Sequence[Check]:
    return [
        Check(lab.slug, lab.title, check.id, check.title, check.skill, check.required)
        for lab in specs.catalogue().values()
        for check in lab.checks
    ]


def own_build(learner: int, lab: str, ask: str) -> OwnBuild | None:
    """The question's choices from the last graded submission whose facts can answer it."""
    graded = Submission.objects.filter(learner_id=learner, slug=lab, state=Submission.State.GRADED, counted=True)
    for row in graded.exclude(run=None).select_related("run", "lab_version").order_by("-number")[:3]:
        choices = ASKS[ask](row.run.facts) if row.run and ask in ASKS else ()
        if choices:
            title = f"{row.lab_version.title}, attempt {row.number}"
            return OwnBuild(str(row.pk), title, reverse("labs:submission", args=[row.pk]), choices)
    return None


def fits(slug: str, files: Mapping[str, str]) -> bool:
    """Whether an example's Dockerfile finds, in the lab's build context, every file that it copies."""
    lab = specs.catalogue().get(slug)
    text = files.get("Dockerfile")
    if lab is None or text is None or "Dockerfile" not in lab.names:
        return False
    there = {*lab.context, *(name for name in files if name in lab.names)}
    folders = {name.rpartition("/")[0] for name in there}
    copied = [
        source.removeprefix("./").rstrip("/")
        for one in dockerfile.parse(text).instructions
        if one.name in {"COPY", "ADD"} and one.flag("from") is None and not one.heredocs
        for source in one.args[:-1]
    ]
    return all(source in {"", "."} or source in there or source in folders for source in copied)


def _rerun(edited: str) -> Ask:
    """Which steps made their layer again after one file was edited."""

    def ask(facts: Facts) -> tuple[Choice, ...]:
        found = [one for one in facts.values() if one["type"] == "Rebuild" and one["edited"] == edited]
        if not found or not found[0]["build"]["ok"] or not found[0]["rerun"]:
            return ()
        kept = [_step(step, edited, again=False) for step in found[0]["kept"]]
        again = [_step(step, edited, again=True) for step in found[0]["rerun"]]
        return (*kept, *again) if len(kept) + len(again) > 1 else ()

    return ask


def _step(created_by: str, edited: str, *, again: bool) -> Choice:
    text = created_by.removesuffix(" # buildkit").replace("RUN /bin/sh -c ", "RUN ").replace("`", "'")[:160]
    if again:
        why = f"Measured: its layer was made anew. It copies `{edited}`, or it stands on a step that does."
    else:
        why = f"Measured: its layer came from the cache. Nothing that it depends on changed with `{edited}`."
    return Choice(f"`{text}`", why, right=again)


def _uid_of_process_1(facts: Facts) -> tuple[Choice, ...]:
    found = [one for one in facts.values() if one["type"] == "Start" and one["answered"]]
    first = [process for one in found for process in one["processes"] if process["pid"] == 1]
    if not first:
        return ()
    uid = first[-1]["uids"][1]
    shown = sorted({uid, 0, 1000, 10001, 65534})
    return tuple(Choice(f"`{one}`", _why_uid(one, uid), right=one == uid) for one in shown)


def _why_uid(shown: int, uid: int) -> str:
    if shown == uid:
        return f"Read from the living process, from outside of the container: uid {uid}."
    if shown == 0:
        return "That would be root. Your process was not, when it was measured."
    return (
        "Not in this build. The number comes from the last `USER` of the final stage, or from what dropped root later."
    )


ASKS: Mapping[str, Ask] = {
    "rerun-on-source-edit": _rerun("app.py"),
    "uid-of-process-1": _uid_of_process_1,
}
