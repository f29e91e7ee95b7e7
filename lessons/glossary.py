"""Terms of the lesson: `glossary.toml` → entries, and links from the first use of each in the text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lessons.errors import ContentError
from lessons.rendering import to_html

# Inside of these a word is no prose: code, links, headings.
SILENT = {"a", "code", "pre", "h2", "h3", "h4", "h5"}
_TAG = re.compile(r"(<[^>]+>)")


@dataclass(frozen=True, slots=True)
class Term:
    """`forms`: how the text may write it, the name included."""

    name: str
    anchor: str
    html: str
    forms: tuple[str, ...]


def load(path: Path) -> tuple[Term, ...]:
    """`[term]` tables of `glossary.toml` in alphabetical order; no file, no terms."""
    if not path.exists():
        return ()
    text = path.read_text("utf-8")
    terms = []
    for name, data in tomllib.loads(text).items():
        line = next((n for n, one in enumerate(text.splitlines(), 1) if name in one), 1)
        if not isinstance(data, dict) or data.keys() - {"forms", "text"} or "text" not in data:
            raise ContentError(path.name, line, f"“{name}” needs “text”, and may have “forms”")
        anchor = "term-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        terms.append(Term(name, anchor, to_html(data["text"]), (name, *data.get("forms", ()))))
    return tuple(sorted(terms, key=lambda term: term.name.casefold()))


class Linker:
    """Links each term where it is used first; give it the texts in the order of the page."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self._waiting: dict[str, Term] = {form.casefold(): term for term in terms for form in term.forms}
        self.linked: list[str] = []

    def __call__(self, html: str) -> str:
        if not self._waiting:
            return html
        silent, parts = 0, []
        for part in _TAG.split(html):
            if part.startswith("<"):
                name = re.match(r"</?(\w+)", part)
                if name and name[1] in SILENT:
                    silent += -1 if part.startswith("</") else 1
                parts.append(part)
            else:
                parts.append(part if silent else self._link(part))
        return "".join(parts)

    def _link(self, text: str) -> str:
        if not self._waiting:
            return text
        longest_first = sorted(self._waiting, key=len, reverse=True)
        pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
        return pattern.sub(self._once, text)

    def _once(self, found: re.Match[str]) -> str:
        term = self._waiting.get(found[0].casefold())
        if term is None:  # linked a few words before, in the same text
            return found[0]
        self._waiting = {form: one for form, one in self._waiting.items() if one is not term}
        self.linked.append(term.name)
        return f'<a class="term" href="#{term.anchor}">{found[0]}</a>'


def unused(terms: tuple[Term, ...], linked: list[str]) -> Mapping[str, Term]:
    """Terms that the lesson explains and never says."""
    return {term.name: term for term in terms if term.name not in linked}
