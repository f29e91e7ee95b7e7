from __future__ import annotations

from django.apps import AppConfig


class LabsConfig(AppConfig):
    name = "labs"

    def ready(self) -> None:
        from labs import telling  # noqa: PLC0415  # models can be loaded from here on
        from lessons import outside  # noqa: PLC0415

        outside.tell(checks=telling.checks, own_build=telling.own_build, fits=telling.fits)
