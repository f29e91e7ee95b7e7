"""Markdown to safe HTML: Pygments with classes (the pages allow no inline style), then an allow-list of tags."""

from __future__ import annotations

import re
from functools import lru_cache

import markdown
import nh3

from lessons.fences import Fences

TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "h3",
        "h4",
        "h5",
        "hr",
        "kbd",
        "li",
        "ol",
    ),
    *("p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "div": {"class"}, "span": {"class"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
_PARAGRAPH = re.compile(r"^<p>(.*)</p>$", re.DOTALL)
HEADINGS = {"h2", "h3", "h4", "h5"}  # the h1 is the page's own


@lru_cache(maxsize=2048)
def to_html(text: str) -> str:
    """HTML of a Markdown text. Cached by content, so the same text is rendered once in a process."""
    html = markdown.markdown(
        text,
        extensions=[Fences(), "tables", "sane_lists", "def_list"],
        output_format="html",
    )
    clean = nh3.clean(html, tags=TAGS | HEADINGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    return reachable(clean)


@lru_cache(maxsize=4096)
def inline(text: str) -> str:
    """HTML of one paragraph, without the paragraph around it: for labels, claims and reasons."""
    html = to_html(text).strip()
    found = _PARAGRAPH.match(html)
    return found[1] if found and "<p>" not in found[1] else html


def reachable(html: str) -> str:
    """Wide listings and tables scroll sideways: keyboard users must be able to reach them."""
    box = '<div class="scroll-x" tabindex="0" role="group" aria-label="Table">'
    html = html.replace("<table>", f'{box}<table class="plain">').replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')
