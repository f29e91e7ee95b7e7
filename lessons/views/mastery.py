"""What a learner has mastered and what comes next; the same for an instructor's cohort, with its settings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from lessons.mastery import Level, State, rolled_up
from lessons.models import QuizSettings
from lessons.pages import overview
from lessons.pages.overview import Shown
from lessons.pages.rules import SettingsForm
from lessons.quiz import answering
from lessons.skills import OBJECTIVES, SKILLS, Skill
from lessons.views.lesson import find
from people.models import Cohort, Membership, User


@dataclass(frozen=True, slots=True)
class Cell:
    level: Shown
    mastered: int
    practised: int
    of: int


@dataclass(frozen=True, slots=True)
class SkillSpread:
    """How many of the cohort's learners stand where."""

    skill: Skill
    counts: tuple[tuple[Shown, int], ...]
    stuck: int  # learning, and not further


@login_required
@require_safe
def own(request: HttpRequest, slug: str) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    return _page(request, slug, request.user, None)


@login_required
@require_safe
def learner(request: HttpRequest, slug: str, code: UUID, learner: UUID) -> HttpResponse:
    """The same page for an instructor: one learner of a cohort that they teach."""
    taught = _taught(request, code)
    member = get_object_or_404(User, code=learner, memberships__cohort=taught, memberships__role="learner")
    return _page(request, slug, member, taught)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cohort(request: HttpRequest, slug: str, code: UUID) -> HttpResponse:
    taught, lesson = _taught(request, code), find(slug)
    rules = QuizSettings.objects.filter(cohort=taught).first() or QuizSettings(cohort=taught)
    form = SettingsForm(request.POST or None, instance=rules)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("lessons:cohort", slug, code)
    gap = int(form.initial.get("gap_hours") or rules.gap_hours)
    members = list(
        User.objects.filter(memberships__cohort=taught, memberships__role=Membership.Role.LEARNER).order_by("username")
    )
    rows = overview.rows_of(members)
    states = {member.pk: overview.states(lesson, rows.get(member.pk, {}), gap) for member in members}
    context = {
        "section": "mastery",
        "lesson": lesson,
        "cohort": taught,
        "objectives": list(OBJECTIVES.values()),
        "learners": [(member, _cells(states[member.pk])) for member in members],
        "skills": [_spread(at, list(states.values())) for at in range(len(overview.taught(lesson)))] if members else [],
        "form": form,
    }
    return render(request, "lessons/cohort.html", context, status=422 if form.errors else 200)


def _taught(request: HttpRequest, code: UUID) -> Cohort:
    """A cohort that this user teaches; for everybody else it does not exist."""
    if not isinstance(request.user, User):
        raise Http404
    return get_object_or_404(Cohort.objects.taught_by(request.user), code=code)


def _page(request: HttpRequest, slug: str, member: User, taught: Cohort | None) -> HttpResponse:
    lesson, rules = find(slug), answering.settings_of(member)
    rows = overview.rows_of([member]).get(member.pk, {})
    context = {
        "section": "mastery",
        "lesson": lesson,
        "learner": member,
        "cohort": taught,
        "overview": overview.overview(lesson, rows, rules.gap_hours, timezone.now()),
        "gap_hours": rules.gap_hours,
        "teaches": Cohort.objects.taught_by(member) if taught is None else (),
    }
    return render(request, "lessons/mastery.html", context)


def _cells(states: list[State]) -> list[Cell]:
    cells = []
    for objective in OBJECTIVES.values():
        own = [one for one in states if SKILLS[one.skill].objective == objective.id]
        done = [sum(one.level >= level for one in own) for level in (Level.MASTERED, Level.PRACTISED)]
        cells.append(Cell(Shown.of(rolled_up(own)), done[0], done[1], len(own)))
    return cells


def _spread(at: int, of: list[list[State]]) -> SkillSpread:
    own = [states[at] for states in of]
    counts = tuple((Shown.of(level), sum(one.level is level for one in own)) for level in reversed(Level))
    return SkillSpread(SKILLS[own[0].skill], counts, sum(one.level is Level.LEARNING for one in own))
