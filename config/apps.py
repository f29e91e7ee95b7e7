"""Makes `config` known to Django, so that the Celery app is there before any task is sent."""

from __future__ import annotations

from django.apps import AppConfig


class Wiring(AppConfig):
    name = "config"

    def ready(self) -> None:
        import config.celery  # noqa: F401, PLC0415  # here, since set-up runs this package before Celery is installed
