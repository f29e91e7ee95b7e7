"""One question: shown, answered, asked again. In place with htmx, by whole pages without."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from lessons.content import Lesson
from lessons.models import QuizSettings
from lessons.pages import question as page
from lessons.quiz import answering, forms, grading
from lessons.quiz.answering import Try
from lessons.quiz.questions import Question
from lessons.skills import SKILLS
from lessons.views.lesson import find
from people.models import User

AGAIN_AFTER = timedelta(hours=1)  # a closed question is offered anew on the practice page
MOST_SEED = 1_000_000  # far beyond what anybody reaches, far below what a column holds


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str, id: str) -> HttpResponse:  # noqa: A002  # named in the address
    lesson = find(slug)
    asked = lesson.question(id)
    if asked is None or asked.pool != "practice":
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    rules = answering.settings_of(user)
    if request.method == "POST":
        return _answer(request, lesson, asked, user, rules)
    now = _now(asked, user, rules, _seed(request.GET))
    return _show(request, lesson, now, where="alone")


@require_safe
def practice(request: HttpRequest, slug: str, skill: str) -> HttpResponse:
    """All practice questions of a skill; those that were finished some time ago in another variant."""
    lesson = find(slug)
    chosen = next((one for one in SKILLS.values() if one.anchor == skill), None)
    questions = lesson.practice(chosen.id) if chosen else ()
    if chosen is None or not questions:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    rules = answering.settings_of(user)
    rows = answering.latest(user, questions) if user else {}
    shown = []
    for one in questions:
        row = rows.get(one.id)
        now = answering.resume(one, row, rules) if row else answering.begin(one, user, rules)
        if user and row and now.closed and one.type != "own" and timezone.now() - row.at > AGAIN_AFTER:
            now = answering.another(one, user, rules)
        shown.append(_with_token(request, page.html(slug, now, where="practice")))
    context = {"section": "mastery", "lesson": lesson, "skill": chosen, "questions": shown}
    return render(request, "lessons/practice.html", context)


def _answer(
    request: HttpRequest, lesson: Lesson, asked: Question, user: User | None, rules: QuizSettings
) -> HttpResponse:
    where = request.POST.get("where", "alone")
    where = where if where in page.WHERE else "alone"
    seed = _seed(request.POST)
    if "again" in request.POST:
        anew = answering.fresh(asked, (seed or 0) + 1, None, rules)
        now = answering.another(asked, user, rules) if user else anew
        return _show(request, lesson, now, where=where, focus=True)
    now = _now(asked, user, rules, seed)
    if now.closed or now.waits:
        return _show(request, lesson, now, where=where, focus=True)
    given = forms.read(now.question, now.seed, request.POST, f"q-{asked.id}")
    complaint = grading.complaint(now.question, given)
    if now.own and request.POST.get("of") != now.own.of:
        complaint = "A newer submission of yours was graded since; the question asks about that one now."
    if complaint:  # what was sent so far stays in the form
        return _show(request, lesson, replace(now, given=given), where=where, complaint=complaint, focus=True)
    if user is None:
        return _show(request, lesson, answering.judge(now, given, _tries(request), rules), where=where, focus=True)
    now = answering.submit(asked, now, given, user, rules)
    if not _htmx(request):
        return redirect(_back(lesson, asked, where))
    return _show(request, lesson, now, where=where, focus=True)


def _now(asked: Question, user: User | None, rules: QuizSettings, seed: int | None) -> Try:
    """The variant that the form showed; without one, where the learner stands."""
    row = answering.latest(user, [asked]).get(asked.id) if user else None
    if row and (seed is None or seed == row.seed):
        return answering.resume(asked, row, rules)
    if seed is None:
        return answering.begin(asked, user, rules)
    return answering.fresh(asked, seed, user, rules)


def _show(
    request: HttpRequest, lesson: Lesson, now: Try, *, where: str, complaint: str = "", focus: bool = False
) -> HttpResponse:
    html = _with_token(
        request,
        page.html(lesson.slug, now, where=where if _htmx(request) else "alone", complaint=complaint, focus=focus),
    )
    if _htmx(request):
        return HttpResponse(html)
    status = 422 if complaint else 200
    context = {"section": "lesson", "lesson": lesson, "question": now.question, "html": html}
    return render(request, "lessons/question.html", context, status=status)


def _back(lesson: Lesson, asked: Question, where: str) -> str:
    if where == "practice":
        address = reverse("lessons:practice", args=[lesson.slug, SKILLS[asked.skill].anchor])
    elif where == "alone":
        address = reverse("lessons:question", args=[lesson.slug, asked.id])
    else:
        address = reverse("lessons:lesson", args=[lesson.slug])
    return f"{address}#q-{asked.id}"


def _with_token(request: HttpRequest, html: str) -> SafeString:
    field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return mark_safe(html.replace(page.CSRF, field))  # noqa: S308  # a template's output


def _htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _seed(sent: QueryDict) -> int | None:
    text = sent.get("seed", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= MOST_SEED else None


def _tries(request: HttpRequest) -> int:
    """Without an account the form itself counts: nothing is kept, so nothing can be gained."""
    text = request.POST.get("tries", "")
    return min(int(text), 100) + 1 if text.isascii() and text.isdigit() and len(text) < 4 else 1
