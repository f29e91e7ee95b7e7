from __future__ import annotations

import re
from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string


def test_a_time_names_its_zone_and_can_be_moved_to_the_readers() -> None:
    shown = render_to_string("components/time.html", {"at": datetime(2026, 11, 30, 21, 0, 4, tzinfo=UTC)})
    assert shown.strip() == '<time datetime="2026-11-30T21:00:04+00:00" data-local>30 Nov, 21:00 UTC</time>'


def test_no_template_shows_a_time_of_day_in_another_way() -> None:
    """A reader cannot tell whose nine o'clock it is."""
    own = settings.BASE_DIR / "templates/components/time.html"
    loose = [
        file.name
        for file in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        if file != own and re.search(r'\|(date|time):"[^"]*[HGhg]:', file.read_text())
    ]
    assert loose == []
