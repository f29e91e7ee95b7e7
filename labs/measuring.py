"""A figure out of an outcome, by a small expression that content files may hold.

    image.size                          a field of an experiment's facts
    image.layers|own|size|sum|MB        a pipe: each word is applied to what the one before gave
    printed FILES                       what a build step printed after `FILES=`, at the start of a line

Words: `len`, `sum`, `first`, `own` (layers without the base's), `first sample` (processes as seen first), `changed`
(packages with another version tomorrow), `MB` (whole
megabytes), and any other word takes that field (of each entry, for a list).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sandbox.facts import Outcome


class NotMeasured(Exception):
    """The experiment said nothing of the kind; the message tells what was looked for and what was there."""


def figure(outcome: Outcome, take: str) -> Any:
    """What `take` names, as JSON would hold it."""
    if take.startswith("printed "):
        return _printed(outcome, take.removeprefix("printed ").strip())
    path, *words = [word.strip() for word in take.split("|")]
    experiment, *fields = path.split(".")
    if experiment not in outcome.facts:
        raise NotMeasured(f"{take}: no experiment “{experiment}” yielded facts; {_why(outcome)}")
    facts = asdict(outcome.facts[experiment])
    found: Any = facts
    for field in fields:
        found = _field(found, field, take)
    for word in words:
        found = _OWN[word](found, facts) if word in _OWN else _WORDS.get(word, _taking(word, take))(found)
    return found


def answer(outcome: Outcome, take: str) -> str:
    """A figure in the words of a question's choices."""
    found = figure(outcome, take)
    if isinstance(found, bool):
        return "yes" if found else "no"
    return f"{found:g}" if isinstance(found, float) else str(found)


def number(outcome: Outcome, take: str) -> float:
    found = figure(outcome, take)
    try:
        return round(float(found), 3)
    except (TypeError, ValueError) as error:
        raise NotMeasured(f"{take}: “{found}” is no number") from error


def _printed(outcome: Outcome, name: str) -> str:
    """The last one counts: a step may print while it works."""
    lines = re.findall(rf"^(?:#\d+ )?(?:[\d.]+ )?{re.escape(name)}=(.*)$", outcome.log, re.MULTILINE)
    if not lines:
        raise NotMeasured(f"no line of the build begins with {name}=; {_why(outcome)}")
    return str(lines[-1]).strip()


def _why(outcome: Outcome) -> str:
    if outcome.unavailable:
        return outcome.unavailable.message
    tail = " / ".join(outcome.log.splitlines()[-3:])
    return f"limit {outcome.limit.name}" if outcome.limit else f"the log ends with: {tail}"


def _field(found: Any, name: str, take: str) -> Any:
    if not isinstance(found, Mapping) or name not in found:
        raise NotMeasured(f"{take}: there is no “{name}”")
    return found[name]


def _taking(name: str, take: str) -> Callable[[Any], Any]:
    def taken(found: Any) -> Any:
        if isinstance(found, Sequence) and not isinstance(found, str):
            return [_field(one, name, take) for one in found]
        return _field(found, name, take)

    return taken


def _first(found: Sequence[Any]) -> Any:
    if not found:
        raise NotMeasured("nothing to take the first of")
    return found[0]


def _sampled(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in found if one["sample"] == 1]


def _own(found: Sequence[Any], facts: Mapping[str, Any]) -> Sequence[Any]:
    return found[facts["base_layers"] :]


def _changed(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in found if one["today"] != one["tomorrow"]]


_WORDS: Mapping[str, Callable[[Any], Any]] = {
    "len": len,
    "sum": sum,
    "first": _first,
    "first sample": _sampled,
    "changed": _changed,
    "MB": lambda size: round(size / 1_000_000),
}
_OWN: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {"own": _own}
