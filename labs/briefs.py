"""Links from a lab's brief to the lesson: each leads to a section that exists, and is called by the section's title."""

from __future__ import annotations

import re

from labs.errors import SpecError
from lessons import content

FILE = "brief.md"
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\(/lessons/(?P<slug>[a-z0-9-]+)/(?:#(?P<anchor>[a-z0-9-]+))?\)")


def refuse_dead_links(brief: str) -> None:
    """SpecError with the line of the first link that leads nowhere, or that calls a section by another name."""
    for number, line in enumerate(brief.splitlines(), 1):
        for link in _LINK.finditer(line):
            if fix := _wrong(link["text"], link["slug"], link["anchor"]):
                raise SpecError(FILE, "", fix, line=number)


def _wrong(text: str, slug: str, anchor: str | None) -> str:
    """What to change about one link; empty when it is right."""
    if slug not in content.slugs():
        return f"there is no lesson “{slug}”"
    titles = {section.anchor: section.title for section in content.load(slug).sections}
    if anchor is not None and anchor not in titles:
        return f"the lesson has no section “#{anchor}”"
    if anchor is not None and text != titles[anchor]:
        return f"the section “#{anchor}” is called “{titles[anchor]}”, not “{text}”"
    return ""
