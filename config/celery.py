"""The Celery app. Its one periodic job, the reaper, stands in the settings beside its reason."""

from __future__ import annotations

import os

from celery import Celery

from sandbox.engine.entry import begin

begin()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("slipway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["labs"])
