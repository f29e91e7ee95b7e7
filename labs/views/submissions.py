"""One submission: its page in every state, cancelling it, its log; and an instructor's list of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from labs import events, specs
from labs.models import Run, Submission
from labs.moves import SubmissionQuerySet
from labs.pages import code, export
from labs.pages.attempts import attempts
from labs.pages.live import live
from labs.pages.outcomes import outcome
from labs.pages.queue import queue_words
from labs.pages.result import Result, result
from labs.progress import stored
from labs.specs import Lab
from people.models import Cohort, User

FACTS = ("run__facts", "run__log")  # large, and read once a run
PAGE = 50  # submissions on a page of the cohort's list


@require_safe
@login_required
@never_cache
def submission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole page, or for htmx the part that the end of a grading replaces."""
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    rows = Submission.objects.visible_to(request.user).select_related("lab_version", "run")
    rows = rows.defer("lab_version__files", "lab_version__spec", "run__timings", *FACTS)
    found = get_object_or_404(rows, pk=pk)
    part = bool(getattr(request, "htmx", False))
    context = _result(found) | {
        "section": "labs",
        "submission": found,
        "title": found.lab_version.title,
        "own": found.learner_id == request.user.pk,
        "part": part,
        "attempts": attempts(found.learner_id, found.slug),
    }
    if part:
        return render(request, "labs/submission.html#result", context)
    context["files"] = SimpleLazyObject(lambda: code.files(found.files))
    return render(request, "labs/submission.html", context)


def _result(found: Submission) -> dict[str, Any]:
    if not found.is_final:
        queued = queue_words(found) if found.state == Submission.State.QUEUED else ""
        return {"live": live(stored(found.progress), queued)}
    if found.run is None:
        return {"outcome": outcome(found)}
    run = found.run
    shown = SimpleLazyObject(lambda: _shown(found, run))
    return {"outcome": outcome(found), "result": shown, "next_lab": _next_lab(found.slug)}


def _shown(found: Submission, run: Run) -> Result:
    """A run never changes, so templates cache what they make of it and come here once."""
    run.refresh_from_db(fields=[name.removeprefix("run__") for name in FACTS])
    return result(found, run, list(run.checks.all()))


def _next_lab(slug: str) -> Lab | None:
    labs = list(specs.catalogue().values())
    later = [one for before, one in pairwise(labs) if before.slug == slug]
    return later[0] if later else None


@require_POST
@login_required
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The learner's own; too late, the page shows why by showing what it became."""
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    found = get_object_or_404(Submission.objects.filter(learner=request.user), pk=pk)
    if Submission.objects.cancel(found.pk):
        events.publish(found.pk, found.fence, {"type": "end"})
    return redirect("labs:submission", found.pk)


@require_safe
@login_required
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The learner's own bytes, so never as a page of ours: a download of plain text."""
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    rows = Submission.objects.visible_to(request.user).select_related("run")
    found = get_object_or_404(rows, pk=pk, run__isnull=False)
    assert found.run is not None  # noqa: S101  # asked for above
    response = HttpResponse(found.run.log_text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{found.number}.log"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@login_required
def cohort(request: HttpRequest) -> HttpResponse:
    """Every submission of the cohorts that one teaches, newest first."""
    taught, rows, chosen = _taught(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "labs",
        "labs": list(specs.catalogue().values()),
        "chosen": chosen,
        "page": page,
        "rows": [(one, outcome(one)) for one in page],
        "several": len(taught) > 1,
    }
    return render(request, "labs/cohort.html", context)


@require_safe
@login_required
@never_cache
def cohort_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file."""
    _, rows, _ = _taught(request)
    response = HttpResponse(export.table(rows[: export.MOST]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="submissions.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _taught(request: HttpRequest) -> tuple[list[Cohort], SubmissionQuerySet, str]:
    """(cohorts that one teaches, what they sent to the chosen lab or to any, that lab). 404 for everybody else."""
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    taught = list(Cohort.objects.taught_by(request.user))
    if not taught:
        raise Http404
    rows = Submission.objects.filter(cohort__in=taught).select_related("learner", "cohort").for_lists()
    chosen = request.GET.get("lab", "").replace("\0", "")  # PostgreSQL takes no NUL, not even to look for
    rows = rows.filter(slug=chosen) if chosen else rows
    return taught, rows.order_by("-created_at", "-number", "-pk"), chosen
