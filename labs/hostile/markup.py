"""Is a text only ever text? A page is read by a parser of HTML, as a browser would; a terminal's text by its signs."""

from __future__ import annotations

from html.parser import HTMLParser

MARK = "hz7marker"  # stands in every payload that is to be shown, and in no random token
_CODE = {"script", "style", "iframe", "object", "embed", "svg", "noscript"}
# Attributes whose value a browser runs, loads or follows.
_ACTIVE = {"href", "src", "srcset", "style", "action", "formaction", "data", "srcdoc", "background", "poster"}
# What turns a terminal's or a reader's head: every control but tab and line feed, and what reverses a line.
_STEERS = frozenset(map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


class Reader(HTMLParser):
    """Collects where MARK stands: in text, or where it could do something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = 0
        self.wrong: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CODE:
            self._inside.append(tag)
        if MARK in tag:
            self.wrong.append(f"an element <{tag[:60]}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if MARK in name or (MARK in value and (name in _ACTIVE or name.startswith(("on", "hx-", "sse-")))):
            self.wrong.append(f"<{tag} {name}={value[:60]!r}>")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if MARK not in data:
            return
        if self._inside:
            self.wrong.append(f"code within <{self._inside[-1]}>")
        self.shown += 1

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.wrong.append("a comment, which some browser may read")


def problems(html: str) -> list[str]:
    """Nothing when MARK is shown, and as text only."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    if not reader.shown:
        return ["the text is not on the page at all"]
    return [f"the text became {wrong}" for wrong in reader.wrong]


def steering(text: str) -> list[str]:
    """Nothing when no sign of the text could steer a terminal."""
    found = sorted({f"U+{ord(sign):04X}" for sign in text if sign in _STEERS and sign not in "\n\t"})
    return [f"what a terminal gets holds {', '.join(found)}"] if found else []
