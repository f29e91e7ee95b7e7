"""`${NAME}` in a Compose file. Two names have a value, as for everybody; no other one is filled in.

$$ → $        ${NAME:-x}, ${NAME-x} → x        ${NAME:+x}, ${NAME+x}, ${NAME}, $NAME → nothing
${NAME:?why}, ${NAME?why} → refused with the file's own words; any other $ is itself, as in $(date), $1 and a$
"""

from __future__ import annotations

import re

from sandbox.compose.nodes import Missing, Wrong

DEEP = 8  # defaults within defaults
FOLDER = "/home/learner/project"  # what ${PWD} says: there is no such folder, see `mounts.folder`
VALUES = {"COMPOSE_PROJECT_NAME": "project", "PWD": FOLDER}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-+?]")


def interpolated(text: str, line: int) -> tuple[str, tuple[str, ...]]:
    """(the text as Compose would use it, variables that became nothing). Wrong: a value that is required."""
    if "$" not in text:
        return text, ()
    unset: list[str] = []
    return _filled(text, line, 0, unset), tuple(dict.fromkeys(unset))


def _filled(text: str, line: int, depth: int, unset: list[str]) -> str:
    if depth > DEEP:
        raise Missing("depth", f"Defaults are nested at most {DEEP} deep here.", line)
    made, place = [], 0
    while (dollar := text.find("$", place)) >= 0:
        made.append(text[place:dollar])
        following = text[dollar + 1 : dollar + 2]
        if following == "$":
            made.append("$")
            place = dollar + 2
        elif following == "{":
            end = _closing(text, dollar + 2, line)
            made.append(_braced(text[dollar + 2 : end], line, depth, unset))
            place = end + 1
        elif name := _NAME.match(text, dollar + 1):
            made.append(_value(name.group(), unset))
            place = name.end()
        else:
            made.append("$")
            place = dollar + 1
    made.append(text[place:])
    return "".join(made)


def _value(name: str, unset: list[str]) -> str:
    if name not in VALUES:
        unset.append(name)
    return VALUES.get(name, "")


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


def _braced(inside: str, line: int, depth: int, unset: list[str]) -> str:
    found = _NAME.match(inside)
    if found is None:
        raise Wrong("“${” is followed by a variable's name.", line)
    name, rest = found.group(), inside[found.end() :]
    if not rest:
        return _value(name, unset)
    operator = _OPERATOR.match(rest)
    if operator is None:
        raise Wrong(f"“${{{inside}}}” is no variable; a default is written ${{{name}:-value}}.", line)
    kind, operand = operator.group()[-1], rest[operator.end() :]
    if kind == "+":
        return _filled(operand, line, depth + 1, unset) if name in VALUES else ""
    if name in VALUES:
        return VALUES[name]
    if kind == "-":
        return _filled(operand, line, depth + 1, unset)
    why = f": {operand}" if operand else ""
    raise Wrong(f"“{name}” has to be set{why}. Nothing is set here; give it a default with “:-”.", line)
