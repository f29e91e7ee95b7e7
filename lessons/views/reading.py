"""Which sections a learner has read: a tick that survives, on every machine."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from lessons.models import Reading
from lessons.views.lesson import find
from people.models import User


@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the tick of a section, or take it back with `undo`. The page's script sends the same form."""
    lesson = find(slug)
    anchor = request.POST.get("section", "")
    if anchor not in {section.anchor for section in lesson.sections}:
        raise Http404
    if not isinstance(request.user, User):
        return redirect_to_login(f"{reverse('lessons:lesson', args=[slug])}#{anchor}")
    if "undo" in request.POST:
        Reading.objects.filter(learner=request.user, lesson=slug, anchor=anchor).delete()
    else:
        Reading.objects.get_or_create(learner=request.user, lesson=slug, anchor=anchor)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(f"{reverse('lessons:lesson', args=[slug])}#{anchor}")
