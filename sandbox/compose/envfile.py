"""The lines of an `env_file`, as Compose reads them: quotes, `export`, comments, and nothing of ours filled in."""

from __future__ import annotations

import re

from sandbox.compose.interpolation import interpolated

_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:]\s?|$)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


def read(text: str, *, raw: bool = False) -> dict[str, str]:
    """NAME → value. A name alone takes its value from the environment, which is empty: it is left out."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if raw:
            name, equals, value = line.partition("=")
            if equals and not name.startswith("#"):
                found[name.strip()] = value
            continue
        named = _NAME.match(line)
        if named and named.group().rstrip()[-1] in "=:":
            found[named[1]] = _value(line[named.end() :].strip())
    return found


def _value(said: str) -> str:
    if said.startswith("'") and (end := said.find("'", 1)) > 0:
        return said[1:end]
    if said.startswith('"'):
        quoted = re.match(r'"((?:[^"\\]|\\.)*)"', said)
        if quoted:
            inside = re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[0]), quoted[1])
            return interpolated(inside, 0)[0]
    return interpolated(re.sub(r"\s+#.*$|^#.*$", "", said).rstrip(), 0)[0]
