"""Facts in a check card's words. What a learner's program named or printed becomes short and printable."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.facts import Exchange, Process

SHOWN = 5  # items of a list; the rest is counted
_KINDS = ("real", "effective", "saved", "file system")


def code(text: str, length: int = 60) -> str:
    """A learner's own word, as code: one line, printable, no back-quotes that would end it early."""
    line = " ".join(text.split()).replace("`", "'")
    clean = "".join(c if c.isprintable() else "·" for c in line)
    return f"`{clean[: length - 1]}…`" if len(clean) > length else f"`{clean}`"


def listed(items: Iterable[str], separator: str = "; ") -> str:
    """The first few different ones, and how many more there are."""
    different = list(dict.fromkeys(items))
    more = len(different) - SHOWN
    return separator.join(different[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def process(seen: Process) -> str:
    """PID 1 `python`, uid 0."""
    return f"PID {seen.pid} {code(seen.name)}, {_uids(seen.uids)}"


def _uids(uids: tuple[int, int, int, int]) -> str:
    if len(set(uids)) == 1:
        return f"uid {uids[0]}"
    return "uids " + ", ".join(f"{uid} ({kind})" for uid, kind in zip(uids, _KINDS, strict=True))


def exchange(made: Exchange) -> str:
    """POST /notes → 500 `no place for notes`."""
    answer = str(made.status) if made.status is not None else f"no answer ({code(made.error or 'timeout')})"
    body = f" {code(made.body, 120)}" if made.body.strip() and made.status is not None else ""
    return f"{made.method} {code(made.path)} → {answer}{body}"


def step(text: str) -> str:
    return code(text, 80)


def last_words(log: str) -> str:
    """What an app printed last, to follow how it ended. A line that a server draws says nothing."""
    lines = [line for line in log.splitlines() if line.strip()]
    said = [line for line in lines if any(map(str.isalnum, line))] or lines
    return f"; its last line was {code(said[-1], 160)}" if said else " and printed nothing"
