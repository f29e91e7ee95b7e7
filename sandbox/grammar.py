"""What BuildKit refuses about single instructions, said to a learner. Never stricter than BuildKit.

Flags of newer BuildKits are let through: the engine knows best which ones it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from sandbox import heredocs
from sandbox.instructions import NAMES, Instruction

_YES_NO, _TEXT, _TEXTS = "yes or no", "text", "texts"  # texts: may be repeated
_FLAGS: dict[str, dict[str, str]] = {
    "FROM": {"platform": _TEXT},
    "RUN": {"mount": _TEXTS, "network": _TEXT, "security": _TEXT, "device": _TEXTS},
    "COPY": {
        "from": _TEXT,
        "chown": _TEXT,
        "chmod": _TEXT,
        "link": _YES_NO,
        "parents": _YES_NO,
        "exclude": _TEXTS,
    },
    "ADD": {
        "chown": _TEXT,
        "chmod": _TEXT,
        "link": _YES_NO,
        "keep-git-dir": _YES_NO,
        "checksum": _TEXT,
        "unpack": _YES_NO,
        "exclude": _TEXTS,
    },
    "HEALTHCHECK": dict.fromkeys(["interval", "timeout", "start-period", "start-interval", "retries"], _TEXT),
}
_UNCHECKED = frozenset({"ARG", "STOPSIGNAL"})  # BuildKit looks at no flags there
_STAGE_NAME = re.compile(r"[a-z][a-z0-9\-_.]*")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_EXAMPLES = {
    "ADD": "a source and a destination, as in ADD app.tar.gz /app/",
    "ARG": "a name, as in ARG VERSION=1.0",
    "COPY": "a source and a destination, as in COPY app.py /app/",
    "ENV": "a name and a value, as in ENV NAME=value",
    "EXPOSE": "a port, as in EXPOSE 8080",
    "FROM": "an image, as in FROM debian:12-slim",
    "HEALTHCHECK": "CMD with a command, or NONE",
    "LABEL": "a name and a value, as in LABEL name=value",
    "MAINTAINER": "a name",
    "ONBUILD": "an instruction, as in ONBUILD RUN make",
    "SHELL": 'a JSON list, as in SHELL ["/bin/bash", "-c"]',
    "STOPSIGNAL": "a signal, as in STOPSIGNAL SIGTERM",
    "USER": "a user, as in USER 1000",
    "VOLUME": "a path, as in VOLUME /data",
    "WORKDIR": "a path, as in WORKDIR /app",
}


def complaint(instruction: Instruction) -> str | None:
    """Why BuildKit would refuse this instruction; None where it would not."""
    if instruction.name not in NAMES:
        return _unknown(instruction)
    if instruction.fault is not None:
        return instruction.fault
    least = 2 if instruction.name in {"ADD", "COPY"} else 1
    if instruction.name in _EXAMPLES and len(instruction.args) < least:
        return f"{instruction.name} needs {_EXAMPLES[instruction.name]}"
    return _flag_complaint(instruction) or _own_rule(instruction)


def _unknown(instruction: Instruction) -> str:
    name = instruction.original.split(maxsplit=1)[0][:40] if instruction.original.strip() else ""
    if not name:
        return "a continuation character stands alone, with no instruction before or after it"
    guess = get_close_matches(name.upper(), sorted(NAMES), 1) if len(name) <= 16 else []
    return f"{name} is not a Dockerfile instruction" + (f"; did you mean {guess[0]}?" if guess else "")


def _flag_complaint(instruction: Instruction) -> str | None:
    name = instruction.name
    if name in _UNCHECKED or (name == "HEALTHCHECK" and instruction.args[0].upper() == "NONE"):
        return None
    known, seen = _FLAGS.get(name, {}), set()
    for flag, value in instruction.flags:
        kind = known.get(flag)
        if kind is None:
            return f"{name} has no flag --{flag[:40]}"
        if flag in seen and kind != _TEXTS:
            return f"the flag --{flag} stands twice in one {name}"
        seen.add(flag)
        if kind == _YES_NO and value is not None and value.lower() not in {"true", "false"}:
            return f"--{flag} takes true or false"
        if kind != _YES_NO and value is None:
            return f"--{flag} needs a value, as in --{flag}=…"
    return None


def _own_rule(instruction: Instruction) -> str | None:
    rule = _RULES.get(instruction.name)
    return rule(instruction) if rule else None


def _from(instruction: Instruction) -> str | None:
    args = instruction.args
    if len(args) == 1:
        return None
    if len(args) != 3 or args[1].lower() != "as":
        return "FROM takes an image, or an image and a stage's name, as in FROM debian:12-slim AS build"
    if not _STAGE_NAME.fullmatch(args[2].lower()):
        return f"{args[2][:60]} cannot be a stage's name: letters, digits, “-”, “_” and “.”, and a letter first"
    return None


def _no_heredoc_destination(instruction: Instruction) -> str | None:
    try:
        if heredocs.of(instruction.args[-1]) is None:
            return None
    except ValueError:
        return None
    return f"{instruction.name} needs a destination after its heredoc, as in {instruction.name} <<EOF /app/file"


def _names_not_blank(instruction: Instruction) -> str | None:
    names = instruction.args if instruction.name == "ARG" else instruction.args[::2]
    blank = any(name.startswith("=") or not name for name in names)
    return f"{instruction.name} has a value without a name" if blank else None


def _volume(instruction: Instruction) -> str | None:
    return None if all(path.strip() for path in instruction.args) else "VOLUME has an empty path"


def _shell(instruction: Instruction) -> str | None:
    return None if instruction.json else f"SHELL needs {_EXAMPLES['SHELL']}"


def _onbuild(instruction: Instruction) -> str | None:
    name = instruction.args[0]
    return f"ONBUILD cannot hold {name}" if name in {"ONBUILD", "FROM", "MAINTAINER"} else None


def _healthcheck(instruction: Instruction) -> str | None:
    kind, rest = instruction.args[0].upper(), instruction.args[1:]
    if kind == "NONE":
        return "HEALTHCHECK NONE takes nothing after it" if rest else None
    if kind != "CMD":
        return f"HEALTHCHECK needs CMD or NONE, not {instruction.args[0][:40]}"
    if not rest:
        return "HEALTHCHECK CMD needs a command"
    return next((c for flag, value in instruction.flags if (c := _health_flag(flag, value or ""))), None)


def _health_flag(flag: str, value: str) -> str | None:
    if not value:
        return None
    if flag == "retries":
        good = re.fullmatch(r"\+?[0-9]+|-0+", value) is not None and abs(int(value[:40])) < 2**31
        return None if good else "--retries takes a whole number, as in --retries=3"
    seconds = _seconds(value)
    if seconds is None:
        return f"--{flag} takes a duration, as in --{flag}=5s"
    return None if seconds == 0 or seconds >= 0.001 else f"--{flag} cannot be shorter than 1ms"


def _seconds(duration: str) -> float | None:
    """Seconds of a duration as Go writes it (`1m30s`, `0`, `1.5h`); None where it is not one."""
    body = duration[1:] if duration[:1] in {"+", "-"} else duration
    if body == "0":
        return 0.0
    parts = _DURATION.findall(body[:100])
    if not parts or "".join(number + unit for number, unit in parts) != body:
        return None
    total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return -total if duration.startswith("-") else total


_RULES: dict[str, Callable[[Instruction], str | None]] = {
    "ADD": _no_heredoc_destination,
    "ARG": _names_not_blank,
    "COPY": _no_heredoc_destination,
    "ENV": _names_not_blank,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _names_not_blank,
    "ONBUILD": _onbuild,
    "SHELL": _shell,
    "VOLUME": _volume,
}
