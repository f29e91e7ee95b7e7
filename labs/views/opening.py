"""The notice that says when labs open, on its own: pages ask for it every few seconds until they are open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from labs.pages.opening import Banner


@require_safe
@never_cache
def notice(request: HttpRequest) -> HttpResponse:
    """With `?build=1`, from a lab's page, the answer also replaces the button there."""
    banner = Banner(request)
    page = {
        "opening": banner,
        "says_closed": True,
        "closed": banner.why,
        "opened": not banner.why,
        "build": request.user.is_authenticated and request.GET.get("build") == "1",
    }
    return render(request, "labs/_opening.html", page)
