"""The lines of an `env_file`, as Compose reads them: quotes, `export`, comments, none of our variables filled in."""

from __future__ import annotations

import re

from sandbox.compose.interpolation import interpolated
from sandbox.compose.nodes import Wrong

_NAME = re.compile(r"\s*(?:export\s+)?([^\s=:#'\"]+)[ \t]*(?:[=:]\s?|$)")
_SPACE = re.compile(r"\s*[\w.-]+[ \t]+[\w.-]+[ \t]*=")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


def read(text: str, *, raw: bool = False, line: int | None = None) -> dict[str, str]:
    """NAME → value. A name alone takes its value from the environment, which is empty: it is left out.

    Wrong: Compose refuses the file. `line`: where compose.yaml names it.
    """
    found: dict[str, str] = {}
    for said in text.splitlines():
        if raw:
            name, equals, value = said.partition("=")
            if equals and not name.startswith("#"):
                found[name.strip()] = value
            continue
        named = _NAME.match(said)
        if named is None and _SPACE.match(said):
            raise Wrong(f"A name in an env_file has no space in it, as “{said.strip()[:40]}” has.", line)
        if named and named.group().rstrip()[-1] in "=:":
            found[named[1]] = _value(said[named.end() :].strip(), line)
    return found


def _value(said: str, line: int | None) -> str:
    if said[:1] in {"'", '"'}:
        quoted = re.match(r"'([^']*)'", said) or re.match(r'"((?:[^"\\]|\\.)*)"', said)
        if quoted is None:
            raise Wrong(f"A quote in an env_file is opened and not closed in its line: {said[:40]}", line)
        if said[0] == '"':
            inside = re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[0]), quoted[1])
            return interpolated(inside, 0)[0]
        return quoted[1]
    return interpolated(re.sub(r"\s+#.*$|^#.*$", "", said).rstrip(), 0)[0]
