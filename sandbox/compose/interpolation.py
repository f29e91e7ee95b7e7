"""`${NAME}` in a Compose file, with an environment that is empty: nothing of ours can ever be filled in.

$$ → $        ${NAME:-x}, ${NAME-x} → x        ${NAME:+x}, ${NAME+x}, ${NAME}, $NAME → nothing
${NAME:?why}, ${NAME?why} → refused with the file's own words
"""

from __future__ import annotations

import re

from sandbox.compose.nodes import Wrong

DEEP = 8  # defaults within defaults
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-+?]")


def interpolated(text: str, line: int) -> str:
    """The text as Compose would use it. Wrong: a value that is required, or a `$` that begins nothing."""
    return _filled(text, line, 0) if "$" in text else text


def _filled(text: str, line: int, depth: int) -> str:
    if depth > DEEP:
        raise Wrong("Defaults are nested too deeply here.", line)
    made, place = [], 0
    while (dollar := text.find("$", place)) >= 0:
        made.append(text[place:dollar])
        following = text[dollar + 1 : dollar + 2]
        if following == "$":
            made.append("$")
            place = dollar + 2
        elif following == "{":
            end = _closing(text, dollar + 2, line)
            made.append(_braced(text[dollar + 2 : end], line, depth))
            place = end + 1
        elif name := _NAME.match(text, dollar + 1):
            place = name.end()
        else:
            raise Wrong("A “$” begins a variable here; write “$$” for the sign itself.", line)
    made.append(text[place:])
    return "".join(made)


def _closing(text: str, start: int, line: int) -> int:
    """Where the brace that was opened before `start` is closed."""
    depth = 1
    for place in range(start, len(text)):
        if text[place] == "{" and text[place - 1] == "$":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if depth == 0:
                return place
    raise Wrong("“${” is not closed by a “}”.", line)


def _braced(inside: str, line: int, depth: int) -> str:
    name = _NAME.match(inside)
    if name is None:
        raise Wrong("“${” is followed by a variable's name.", line)
    rest = inside[name.end() :]
    operator = _OPERATOR.match(rest)
    if not rest or (operator and operator.group().endswith("+")):
        return ""
    if operator is None:
        raise Wrong(f"“${{{inside}}}” is no variable; a default is written ${{{name.group()}:-value}}.", line)
    operand = rest[operator.end() :]
    if operator.group().endswith("-"):
        return _filled(operand, line, depth + 1)
    why = f": {operand}" if operand else ""
    raise Wrong(f"“{name.group()}” has to be set{why}. Nothing is set here; give it a default with “:-”.", line)
