"""`{{ slug|title_in:labs }}`: the title that belongs to a slug."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def title_in(slug: str, titles: Mapping[str, str]) -> str:
    """The title of `slug`; empty where nothing has that name."""
    return titles.get(slug, "")
