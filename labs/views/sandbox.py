"""What attacks on this machine's sandbox showed, for those who answer for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from labs import gate
from labs.pages import attacks
from people.models import Cohort, User


@require_safe
@login_required
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """For staff and whoever teaches; to others the page does not exist."""
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    if not (request.user.is_staff or Cohort.objects.taught_by(request.user).exists()):
        raise Http404
    proof = gate.current()
    tried = proof is not None and proof.tried_at is not None
    context = {
        "section": "labs",
        "proof": proof,
        "shown": attacks.shown(proof) if proof is not None and tried else None,
        "closed": gate.why_closed(),
    }
    return render(request, "labs/sandbox.html", context)
