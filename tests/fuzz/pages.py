"""What a page is made of, as a browser would see it: for tests that nothing of a learner's became markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

Attributes = dict[str, str | None]


class Element(NamedTuple):
    tag: str
    attributes: Attributes


@dataclass
class Page(HTMLParser):
    """Elements in order, and all text outside of tags."""

    elements: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    inside: str = ""  # a script or a style, whose text is no text of the page
    inline: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, html: str) -> Page:
        page = cls()
        page.feed(html)
        page.close()
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))
        self.inside = tag if tag in {"script", "style"} else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.inline += data
        else:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def faults(self, nonce: str) -> list[str]:
        """What a strict policy would stop: inline scripts, styles and handlers, scripts without the page's nonce."""
        found = [f"<{tag}>" for tag, _ in self.elements if tag in {"style", "base", "iframe", "object", "embed"}]
        found += [f"text in a script or style: {self.inline.strip()[:60]}"] if self.inline.strip() else []
        for tag, attributes in self.elements:
            found += [f"<{tag} {name}>" for name in attributes if _runs(name)]
            found += [f"<{tag} {n}={v}>" for n, v in attributes.items() if (v or "").strip().startswith("javascript:")]
            if tag == "script" and (not attributes.get("src") or not nonce or attributes.get("nonce") != nonce):
                found.append(f"a script that the nonce does not name: {attributes}")
        return found


def _runs(name: str) -> bool:
    return name.startswith(("on", "hx-on", "data-hx-on")) or name in {"style", "srcdoc"}
