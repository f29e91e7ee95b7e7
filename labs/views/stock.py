"""What is in the sandbox: the page that learners look images and packages up in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labs.pages import stock
from sandbox.available import Stock
from sandbox.engine.paths import Layout
from sandbox.engine.provision import catalogue
from sandbox.engine.provision.all import IMAGES


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """A machine that keeps its sandbox elsewhere, or has none yet, shows the page without what only that one knows."""
    try:
        here = Stock.load(Layout(settings.VAR).stock)
    except (OSError, ValueError, KeyError):
        here = None
    shown = stock.shown(here, catalogue.images(IMAGES)) if here is not None else None
    return render(request, "labs/stock.html", {"section": "labs", "shown": shown})
