"""The list of labs, and one lab with its brief and editor. Readable without an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST, require_safe

from labs import files, specs
from labs.models import Submission
from labs.opening import why_closed
from labs.pages import editor
from labs.pages.attempts import NONE, attempts
from labs.specs import CheckSpec, Lab
from labs.submitting import TooManyWaiting
from labs.submitting import submit as queue
from lessons import content
from lessons.rendering import to_html
from lessons.skills import SKILLS, Skill
from people.models import Cohort, User
from sandbox.facts import Problem


@dataclass(frozen=True, slots=True)
class Row:
    lab: Lab
    tries: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """What a lab says, as its page shows it after a number of graded tries."""

    html: str
    skills: tuple[Skill, ...]
    checks: tuple[CheckSpec, ...]
    hints: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, lab: Lab, tries: int) -> Brief:
        # The first hint at any time, the second after one graded try, the third after two.
        hints = ({"number": n + 1, "html": to_html(h), "open": tries >= n, "after": n} for n, h in enumerate(lab.hints))
        return cls(
            html=to_html(lab.brief),
            skills=tuple(SKILLS[skill] for skill in lab.skills if skill in SKILLS),
            checks=tuple(sorted(lab.checks, key=lambda check: not check.required)),
            hints=tuple(hints),
        )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    done: dict[str, Any] = {}
    teaches = operates = False
    if isinstance(request.user, User):
        own = Submission.objects.filter(learner=request.user, counted=True).values("slug")
        counted = own.annotate(tries=Count("pk"), passed=Count("pk", filter=Q(run__passed=True)))
        done = {row["slug"]: row for row in counted}
        teaches = Cohort.objects.taught_by(request.user).exists()
        operates = teaches or request.user.is_staff
    rows = [
        Row(lab, done.get(lab.slug, {}).get("tries", 0), bool(done.get(lab.slug, {}).get("passed")))
        for lab in specs.catalogue().values()
    ]
    page = {"section": "labs", "says_closed": True, "rows": rows, "teaches": teaches, "operates": operates}
    return render(request, "labs/list.html", page)


@require_safe
def lab(request: HttpRequest, slug: str) -> HttpResponse:
    lab = find(slug)
    return render(request, "labs/lab.html", context(request, lab, _beginning(request, lab)))


@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    lab = find(slug)
    if not isinstance(request.user, User):
        return redirect_to_login(reverse("labs:lab", args=[slug]))
    raw = editor.sent(request, lab)
    if closed := why_closed():
        return _again(
            request,
            lab,
            raw,
            Problem(f"{closed} Nothing was sent; your text is still here.", file=""),
            status=503,
        )
    submitted = files.read(lab, raw)
    if submitted.problems:
        return _again(request, lab, raw, *submitted.problems, status=422)
    queued = queue(request.user, lab, submitted.files, editor.form_key(request))
    if isinstance(queued, TooManyWaiting):
        words = f"{queued.waiting} of your submissions wait or run. Let one end or cancel it, then send this."
        return _again(request, lab, raw, Problem(words, file=""), status=429)
    return redirect("labs:submission", queued.pk)


def find(slug: str) -> Lab:
    try:
        return specs.catalogue()[slug]
    except KeyError:
        raise Http404 from None


def _again(request: HttpRequest, lab: Lab, raw: dict[str, bytes], *problems: Problem, status: int) -> HttpResponse:
    """The form as it was sent, with what is wrong beside each file."""
    page = context(request, lab, editor.shown(raw), problems)
    return render(request, "labs/lab.html", page, status=status)


def context(
    request: HttpRequest, lab: Lab, texts: dict[str, str], problems: tuple[Problem, ...] = ()
) -> dict[str, Any]:
    own = attempts(request.user.pk, lab.slug) if isinstance(request.user, User) else NONE
    return {
        "section": "labs",
        "says_closed": True,
        "lab": lab,
        # Templates cache the brief by the lab's digest and the number of open hints.
        "brief": SimpleLazyObject(lambda: Brief.of(lab, own.tries)),
        "hints_open": min(own.tries + 1, len(lab.hints)),
        "fields": editor.fields(lab, texts, problems),
        "form_key": uuid4(),
        "problems": problems,
        "general": [problem for problem in problems if problem.file not in lab.names],
        "attempts": own,
        "closed": why_closed(),
    }


def _beginning(request: HttpRequest, lab: Lab) -> dict[str, str]:
    """The texts to begin with: the lesson's example, a chosen attempt's, the starter's, or the last submission's."""
    if example := request.GET.get("example", ""):
        shown = opening_example(example, lab)
        if shown:
            return {**lab.starter, **shown}
    wanted = request.GET.get("from", "")
    if wanted != "starter" and isinstance(request.user, User):
        own = Submission.objects.filter(learner=request.user, slug=lab.slug)
        chosen = own.filter(pk=_uuid(wanted)) if wanted else own
        texts = chosen.order_by("-number").values_list("files", flat=True).first()
        if texts is not None:
            return dict(texts)
    return dict(lab.starter)


def opening_example(named: str, lab: Lab) -> dict[str, str]:
    """The bad side of a lesson's example ("lesson/example"), as far as this lab takes its files."""
    slug, _, name = named.partition("/")
    examples = content.load(slug).examples if slug in content.slugs() else None
    example = (examples or {}).get(name)
    return {file: text for file, text in example.sides["bad"].files.items() if file in lab.names} if example else {}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # nobody's
