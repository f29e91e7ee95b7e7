"""Requests that are refused before any page sees them, each with its own words."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest, DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_SHOWN = 100  # characters of a host name that somebody made up


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was wrong with the request, as a page of status 400. It asks the request for nothing that may fail again."""
    host = str(request.META.get("HTTP_HOST", ""))[:_SHOWN] if isinstance(exception, DisallowedHost) else ""
    page = {"too_much": isinstance(exception, _TOO_MUCH), "host": host}
    return render(None, "400.html", page, status=400)  # context processors stay out


def utf8_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse forms that say they are in anything but UTF-8: our pages are, and Python has codecs that are no text."""

    def middleware(request: HttpRequest) -> HttpResponse:
        charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
        try:
            utf8 = codecs.lookup(charset).name == "utf-8"
        except (LookupError, ValueError):  # a name that no codec has; one with a NUL
            utf8 = False
        if not utf8:
            raise BadRequest("The request says that it is not in UTF-8.")
        request.encoding = "utf-8"  # Django knows one spelling
        return get_response(request)

    return middleware
