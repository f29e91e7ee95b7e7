"""Logging in, where Django's own view does not suffice."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_cool_off
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The log-in page of a name that has had too many wrong passwords, with status 429 and how long to wait."""
    cool_off = get_cool_off(request)
    page = {
        "form": AuthenticationForm(request, initial={"username": request.POST.get("username", "")}),
        "next": request.POST.get("next", ""),
        "section": "account",
        "wait_minutes": round(cool_off.total_seconds() / 60) if cool_off else None,
    }
    return render(request, "people/login.html", page, status=429)
