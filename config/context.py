"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from labs.pages.opening import Banner


def nonce(request: HttpRequest) -> dict[str, Any]:
    """The page's nonce, under the name that `{% htmx_script %}` looks for. It is made when a script first needs it."""
    return {"csp_nonce": request.csp_nonce}  # type: ignore[attr-defined]  # django-csp's middleware sets it


def opening(request: HttpRequest) -> dict[str, Any]:
    """Whether labs are open, for the notice above each page."""
    return {"opening": Banner(request)}
