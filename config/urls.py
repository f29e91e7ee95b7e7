"""Every address begins here."""

from __future__ import annotations

from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("people.urls")),
    path("", include("labs.urls")),
    path("", include("lessons.urls")),
]

handler400 = "config.refusals.bad_request"
