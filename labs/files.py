"""A learner's raw files → texts, or what is wrong with them. The form and the command line share this."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labs.specs import Lab
from sandbox.facts import Problem
from sandbox.limits import FILE_BYTES

OPTIONAL = {".dockerignore"}  # Docker does without it too
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Submitted:
    """`files` are texts as they are stored and built; with `problems` they cannot be."""

    files: dict[str, str]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds: the lab's files, those that cannot be read, and names it does not take."""

    raw: dict[str, bytes]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]


def read(lab: Lab, raw: Mapping[str, bytes]) -> Submitted:
    """The files as texts: UTF-8, no byte order mark, LF. An empty extra file counts as not sent."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, data in raw.items():
        if name not in lab.names:
            problems.append(_unknown(lab, name))
            continue
        text = _text(name, data)
        if isinstance(text, Problem):
            problems.append(text)
        elif text.strip() or name in lab.files:
            texts[name] = text
    told = {problem.file for problem in problems}
    problems += [_missing(name) for name in lab.files if name not in {*raw, *told, *OPTIONAL}]
    problems += [_empty(name) for name, text in texts.items() if name not in OPTIONAL and not text.strip()]
    return Submitted(texts, tuple(problems))


def read_folder(lab: Lab, folder: Path) -> Found:
    """The lab's files in a folder, each within its bound. OSError when the folder itself cannot be read."""
    raw: dict[str, bytes] = {}
    problems: list[Problem] = []
    entries = sorted(folder.iterdir())
    for path in entries:
        if path.name not in lab.names:
            continue
        data = _bytes(path)
        if isinstance(data, Problem):
            problems.append(data)
        else:
            raw[path.name] = data
    ignored = tuple(path.name for path in entries if path.name not in lab.names)
    return Found(raw, tuple(problems), ignored)


def read_all(lab: Lab, folder: Path) -> tuple[Submitted, tuple[str, ...]]:
    """A folder as one submission, and the names in it that were ignored."""
    found = read_folder(lab, folder)
    submitted = read(lab, found.raw)
    told = {problem.file for problem in found.problems}
    others = tuple(problem for problem in submitted.problems if problem.file not in told)
    return Submitted(submitted.files, found.problems + others), found.ignored


def _bytes(path: Path) -> bytes | Problem:
    name = path.name
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):  # a link could lead anywhere on the machine that grades
            return Problem(f"{name} is a link or a folder. Put a plain text file in its place.", file=name)
        if status.st_size > FILE_BYTES:
            return _too_large(name, status.st_size)
        return path.read_bytes()
    except OSError as error:
        return Problem(f"{name} cannot be read: {error.strerror}. Check its permissions.", file=name)


def _text(name: str, data: bytes) -> str | Problem:
    if len(data) > FILE_BYTES:
        return _too_large(name, len(data))
    if data.startswith(_UTF16):
        return Problem(f"{name} is saved as UTF-16, and Docker reads UTF-8. Save it as UTF-8.", 1, name)
    data = data.removeprefix(_BOM)
    if b"\0" in data:
        line = _line(data, data.index(b"\0"))
        what = f"{name} holds a NUL byte in line {line}, as programs and archives do"
        return Problem(f"{what}. A plain text file is needed: was the right file chosen?", line, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line(data, error.start)
        what = f"{name} is not UTF-8: line {line} holds the byte 0x{data[error.start]:02X}"
        return Problem(f"{what}. Save the file as UTF-8, or write that character again.", line, name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(data: bytes, position: int) -> int:
    before = data[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def _too_large(name: str, size: int) -> Problem:
    limit = f"a file may have {FILE_BYTES // 1024} KB"
    return Problem(f"{name} is {_size(size)}; {limit}. Was the right file chosen?", file=name)


def _size(count: int) -> str:
    kilobytes = count / 1024
    return f"{kilobytes:.1f} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"


def _unknown(lab: Lab, name: str) -> Problem:
    what = f"{name} is not one of this lab's files. It takes {', '.join(lab.names)}."
    return Problem(what, file=name)


def _missing(name: str) -> Problem:
    return Problem(f"There is no {name}. This lab needs one: begin with the starter's.", file=name)


def _empty(name: str) -> Problem:
    start = "Begin with FROM and a base image" if name == "Dockerfile" else "Begin with the starter's"
    return Problem(f"{name} is empty, so there is nothing to grade. {start}.", file=name)
