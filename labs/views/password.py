"""A line for a password file: a name and a bcrypt hash, made here for who has no tool for it. Nothing is kept."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from labs import passwords
from labs.views.catalogue import find

NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password")
def page(request: HttpRequest, slug: str) -> HttpResponse:
    lab = find(slug)
    if not any(experiment.passwords for experiment in lab.experiments):
        raise Http404
    line = problem = ""
    name = request.POST.get("name", "")
    if request.method == "POST":
        line, problem = _line(name, request.POST.get("password", ""))
    shown = {"section": "labs", "lab": lab, "name": name[:32], "line": line, "problem": problem}
    return render(request, "labs/password.html", shown, status=422 if problem else 200)


def _line(name: str, password: str) -> tuple[str, str]:
    """(line, problem): one of the two."""
    if not NAME.fullmatch(name):
        return "", "A name has 1 to 32 letters, digits, dots, dashes or underscores. Which one is it?"
    if not password:
        return "", "The password is empty. Which one is it?"
    try:
        return f"{name}:{passwords.bcrypt(password)}", ""
    except ValueError:
        return "", "bcrypt looks at the first 72 bytes of a password only. Choose a shorter one."
    except passwords.NoBcrypt:
        return "", "This machine cannot make a bcrypt hash. The brief names a command that can."
