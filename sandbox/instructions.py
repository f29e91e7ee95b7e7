"""One Dockerfile instruction: its name, flags, arguments and JSON form, from its joined line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sandbox.expansion import SPACE, SPACES
from sandbox.heredocs import Heredoc

NAMES = frozenset(
    {
        *{"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"},
        *{"MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"},
    }
)
BLANKS = re.compile(r"[\t\v\f\r ]+")
_BYTE_SPACE = "\t\n\v\f\r \x85\xa0"  # what Go takes for a space among the first 256 characters
_MAYBE_JSON = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. Lines are 1-based; `stage` is -1 before the first FROM."""

    name: str  # upper case; as written where it is none of the Dockerfile's
    value: str  # the text after the flags
    flags: tuple[tuple[str, str | None], ...]  # ("from", "builder"); None: written without a value
    start_line: int
    end_line: int  # the last line of its last heredoc, where it has any
    original: str  # one line: continuation lines joined
    args: tuple[str, ...] = ()  # words, JSON items, or the one text, as the instruction reads them
    json: tuple[str, ...] | None = None
    heredocs: tuple[Heredoc, ...] = ()
    stage: int = -1
    trigger: Instruction | None = None  # ONBUILD: what a later build will run
    fault: str | None = None  # why its arguments cannot be read at all

    def flag(self, name: str) -> str | None:
        """The value of `--name=value`, the last one if repeated; "" when written without a value."""
        return next((value or "" for flag, value in reversed(self.flags) if flag == name), None)

    def flag_values(self, name: str) -> list[str]:
        return [value or "" for flag, value in self.flags if flag == name]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a joined line stands."""

    start_line: int
    end_line: int
    stage: int


def read(line: str, escape: str, place: Place) -> Instruction:
    """The instruction that a joined line holds; heredocs are not looked for."""
    parts = BLANKS.split(line.strip(SPACE), maxsplit=1)
    flags, rest = _flags(parts[1]) if len(parts) == 2 else ((), "")
    name, value = _name(parts[0]), rest.strip(SPACE)
    args: tuple[str, ...] = ()
    items: tuple[str, ...] | None = None
    trigger, fault = None, None
    try:
        if name == "ONBUILD":
            trigger = _trigger(value, escape, place)
            args = (trigger.name, *trigger.args) if trigger else ()
        else:
            args, items = _arguments(name, value, escape)
    except ValueError as error:
        fault = str(error)
    return Instruction(
        name,
        value,
        flags,
        place.start_line,
        place.end_line,
        line,
        args,
        items,
        (),
        place.stage,
        trigger,
        fault,
    )


def _name(word: str) -> str:
    name = word.replace("\u0130", "i").lower().upper()
    return name if name in NAMES else word.upper()


def _trigger(value: str, escape: str, place: Place) -> Instruction | None:
    """What ONBUILD holds. A chain of them is refused anyway, so only its first link is read."""
    if not value:
        return None
    word = BLANKS.split(value, maxsplit=1)[0]
    if _name(word) == "ONBUILD":
        return Instruction("ONBUILD", "", (), place.start_line, place.end_line, value, stage=place.stage)
    trigger = read(value, escape, place)
    if trigger.fault:
        raise ValueError(trigger.fault)
    return trigger


def _arguments(name: str, value: str, escape: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """(arguments, JSON items). ValueError: they cannot be read, in the learner's terms."""
    kind, command = "", value
    if name == "HEALTHCHECK":
        kind, _, command = value.partition(next((c for c in value if c in SPACES), " "))
        command = command.lstrip(SPACE)
    if name in _MAYBE_JSON and (items := _json(command)) is not None:
        return (kind, *items) if kind else items, items
    if name == "HEALTHCHECK":
        return tuple(part for part in (kind, command) if part), None
    if name in {"ADD", "COPY", "EXPOSE", "FROM", "VOLUME"}:
        return tuple(BLANKS.split(value)) if value else (), None
    if name in {"ENV", "LABEL"}:
        return _pairs(name, value, escape), None
    if name == "ARG":
        return tuple(words(value, escape)), None
    return (value,) if value and name in NAMES else (), None


def _json(value: str) -> tuple[str, ...] | None:
    """The strings of a JSON array; None where it is not one and so means what a shell makes of it.

    BuildKit up to 0.13 reads one array and drops the rest of the line, also `<<EOF`.
    """
    if not value.startswith("["):
        return None
    try:
        items, _ = _DECODER.raw_decode(value)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(item, str) for item in items):
        raise ValueError('the JSON form takes texts in double quotes only, as in ["a", "b"]')
    return tuple(items)


def _number(_: str) -> int:
    return 0  # any number is refused; its value is never needed, and Python refuses very long ones


def _not_json(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_not_json)


def _pairs(name: str, value: str, escape: str) -> tuple[str, ...]:
    """Keys and values in turn, quotes kept."""
    found = words(value, escape)
    if not found:
        return ()
    if "=" not in found[0]:
        legacy = BLANKS.split(value, maxsplit=1)
        if len(legacy) < 2:
            raise ValueError(f"{name} needs a name and a value, as in {name} NAME=value")
        return tuple(legacy)
    out: list[str] = []
    for word in found:
        key, equals, text = word.partition("=")
        if not equals:
            raise ValueError(f"{name} has a word without “=”: {word[:60]} (quote a value that holds spaces)")
        out += [key, text]
    return tuple(out)


def words(text: str, escape: str) -> list[str]:
    """Words of ENV, LABEL and ARG: separated by spaces outside quotes, quotes and escapes kept."""
    out: list[str] = []
    word: list[str] = []
    quote, started, skip = "", False, False
    last = len(text) - 1
    for at, character in enumerate(text):
        if skip:
            skip = False
        elif not quote and character in SPACES:
            if started or word:
                out.append("".join(word))
            word, started = [], False
            continue
        elif not quote and character in "'\"":
            quote, started = character, True
        elif character == quote:
            quote = ""
        elif character == escape and quote != "'":
            if at == last:
                continue  # an escape character at the very end stands for nothing
            skip = True
        word.append(character)
    if started or word:
        out.append("".join(word))
    return out


def _flags(text: str) -> tuple[tuple[tuple[str, str | None], ...], str]:
    """(flags, the rest) of what follows the name. Flags come first, and `--` alone ends them.

    BuildKit reads this part byte by byte, and so takes the last byte of an “à” for a space: read as it does, or a flag
    could hide behind one.
    """
    flags: list[tuple[str, str | None]] = []
    raw = text if text.isascii() or "--" not in text else text.encode("utf-8", "surrogatepass").decode("latin-1")
    at = _past_blanks(raw, 0)
    while raw.startswith("--", at):
        word, at = _flag_word(raw, at)
        if word == "--":
            break
        name, equals, value = word[2:].partition("=")
        flags.append((_characters(name), _characters(value) if equals else None))
        at = _past_blanks(raw, at)
    return tuple(flags), text[at:] if raw is text else _characters(raw[at:])


def _characters(raw: str) -> str:
    return raw if raw.isascii() else raw.encode("latin-1").decode("utf-8", "replace")


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BYTE_SPACE:
        at += 1
    return at


def _flag_word(text: str, at: int) -> tuple[str, int]:
    """(the word at `at` without quotes, where it ends). Here `\\` escapes, whatever the directive says."""
    out: list[str] = []
    quote = ""
    while at < len(text) and (quote or text[at] not in _BYTE_SPACE):
        character = text[at]
        at += 1
        if character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        elif character != "\\":
            out.append(character)
        elif at < len(text):
            out.append(text[at])
            at += 1
    return "".join(out), at
