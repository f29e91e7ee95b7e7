"""Dockerfile features that are newer than some engines: how to see one used, who has it, what to write instead.

Whether the engine has one, set-up finds out by a tiny build (`sandbox.engine.trials`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from sandbox.facts import Unavailable
from sandbox.instructions import Instruction
from sandbox.stages import mounts

_OCTAL = re.compile(r"[0-7]+")


@dataclass(frozen=True, slots=True)
class Feature:
    """`name` is what learners write; `syntax` and `docker` are the first versions that have it."""

    name: str
    syntax: str
    docker: str
    instead: str
    uses: Callable[[Instruction], bool]


def _has_flag(flag: str, *names: str) -> Callable[[Instruction], bool]:
    return lambda instruction: instruction.name in names and instruction.flag(flag) is not None


def _symbolic_mode(instruction: Instruction) -> bool:
    """A mode with letters. What holds a variable is left to the engine."""
    modes = instruction.flag_values("chmod") if instruction.name in {"ADD", "COPY"} else []
    return any(mode and "$" not in mode and not _OCTAL.fullmatch(mode) for mode in modes)


def _secret_in_environment(instruction: Instruction) -> bool:
    return instruction.name == "RUN" and any(m["type"] == "secret" and "env" in m for m in mounts(instruction))


def _spaced_heredoc(instruction: Instruction) -> bool:
    return any(heredoc.spaced for heredoc in instruction.heredocs)


FEATURES = (
    Feature(
        "COPY --parents",
        "1.20",
        "29.1",
        "Write one COPY for each folder, with the folder in its destination too.",
        _has_flag("parents", "COPY"),
    ),
    Feature(
        "RUN --security",
        "1.20",
        "29.1",
        "Leave it out: steps run in the sandbox anyway.",
        _has_flag("security", "RUN"),
    ),
    Feature(
        "--exclude",
        "1.19",
        "28.5",
        "Name the files to copy, or leave files out with a .dockerignore.",
        _has_flag("exclude", "ADD", "COPY"),
    ),
    Feature(
        "ADD --unpack",
        "1.17",
        "28.3",
        "ADD unpacks a local archive without this flag; COPY keeps it packed.",
        _has_flag("unpack", "ADD"),
    ),
    Feature(
        "a space after <<",
        "1.16",
        "28.2",
        "Write the word right after <<, as in <<EOF.",
        _spaced_heredoc,
    ),
    Feature(
        "--chmod with letters",
        "1.14",
        "28.0",
        "Write the mode as a number, as in --chmod=755.",
        _symbolic_mode,
    ),
    Feature(
        "RUN --mount=type=secret,env=",
        "1.10",
        "27.3",
        "Read the secret from its file below /run/secrets.",
        _secret_in_environment,
    ),
)


def lacking(instruction: Instruction, lacks: Set[str], engine: str) -> Iterator[Unavailable]:
    """Yield each feature that this instruction uses and the engine does not have. `engine`: its version, or ""."""
    used = instruction.trigger or instruction
    for feature in FEATURES:
        if feature.name in lacks and feature.uses(used):
            here = f"this sandbox has Docker {engine}" if engine else "this sandbox has an older one"
            message = (
                f"{feature.name} is not available here: it needs Docker {feature.docker} (Dockerfile syntax "
                f"{feature.syntax}), and {here}. {feature.instead}"
            )
            yield Unavailable("feature", feature.name, message, instruction.start_line)
