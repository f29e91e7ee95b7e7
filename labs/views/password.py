"""A line for a password file: a name and a bcrypt hash, made here for who has no tool for it. Nothing is kept."""

from __future__ import annotations

import re

import bcrypt
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from labs.views.catalogue import find

COST = 5  # the lab's own: two thousandths of a second
LONGEST = 72  # bytes
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
    data = password.encode()
    if len(data) > LONGEST or b"\0" in data:
        return "", f"A password for bcrypt has at most {LONGEST} bytes, and no NUL among them. Choose another one."
    hashed = bcrypt.hashpw(data, bcrypt.gensalt(COST)).decode()
    named = hashed.replace("$2b$", "$2y$", 1)  # the same algorithm, by the name that htpasswd and the brief use
    return f"{name}:{named}", ""
