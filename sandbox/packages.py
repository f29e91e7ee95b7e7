"""Reads the log of a failed build: did pip, apt or uv miss a package that is really not in the stock?

A log is the learner's to write, so a message alone proves nothing: the package must also be named in the
learner's files and be absent here. Somebody who fakes all that wins an uncounted failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import chain, islice
from typing import Protocol

from sandbox.facts import Unavailable

MOST_MESSAGES = 50  # looked up in the files; a real log holds one or two
_NAME = r"([A-Za-z0-9][A-Za-z0-9._+-]{0,99})"
_QUOTE = r"[\u2018'`\"\u2019]"
_CLAUSE = r"[=<>!~][^\s()]{0,99}"
_SPEC = rf"((?:\[[^\]\s]{{0,99}}\])?\s?(?:{_CLAUSE}(?:,\s?{_CLAUSE}){{0,9}})?)"
_PIP = re.compile(rf"(?:No matching distribution found for|version that satisfies the requirement) {_NAME}{_SPEC}")
_UV = re.compile(
    rf"Because (?:{_NAME} was not found in|there (?:is|are) no versions? of {_NAME}{_SPEC}"
    rf"|only {_NAME}{_SPEC})"
)
_UV_REQUIRED = re.compile(rf"you require {_NAME}{_SPEC}")
_UV_FRAME = re.compile(r"[\s\u2502\u00d7\u2570\u251c\u2500\u25b6]+")  # white space and the frame beside it
_APT_NAME = re.compile(
    rf"E: (?:Unable to locate package {_NAME}"
    rf"|Package {_QUOTE}{_NAME}{_QUOTE} has no installation candidate"
    rf"|Couldn't find any package by (?:glob|regex) {_QUOTE}{_NAME}{_QUOTE})"
)
_VERSION = r"([A-Za-z0-9.+:~*-]{1,99})"
_APT_VERSION = re.compile(rf"E: Version {_QUOTE}{_VERSION}{_QUOTE} for {_QUOTE}{_NAME}{_QUOTE} was not found")
_HOST = r"((?:[A-Za-z0-9_-]{1,63}\.){1,10}[A-Za-z]{2,63})"
_NO_HOST = re.compile(
    rf"(?:[Cc]ould not resolve host: |Temporary failure resolving {_QUOTE}"
    rf"|unable to resolve host address {_QUOTE}|getaddrinfo (?:ENOTFOUND|EAI_AGAIN) "
    rf"|dial tcp: lookup |bad address {_QUOTE}|Failed to resolve {_QUOTE}){_HOST}"
)
_ALPINE = re.compile(r"fetch(?:ing)? https?://([A-Za-z0-9.-]{1,99})/\S{0,200}: (?:temporary error|DNS)")
_OURS = (".slipway", ".localhost", ".invalid")


class Shelves(Protocol):
    """What of the stock is looked at."""

    @property
    def deb(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def pip(self) -> Mapping[str, tuple[str, ...]]: ...


def missing_package(log: str, texts: Mapping[str, str] | Iterable[str], stock: Shelves) -> Unavailable | None:
    """What a *failed* build could not get because it is not here. `texts`: the learner's files."""
    files = dict(texts) if isinstance(texts, Mapping) else {str(n): t for n, t in enumerate(texts)}
    candidates = dict.fromkeys(islice(chain(_python(log, stock), _debian(log, stock)), MOST_MESSAGES))
    for found in candidates:
        pattern = _mention(found.name, python=found.message.startswith("The Python"))
        if any(pattern.search(text) for text in files.values()):
            line = _line(pattern, files.get("Dockerfile", ""))
            return Unavailable(found.kind, found.name, found.message, line)
    return _internet(log)


def _mention(name: str, *, python: bool) -> re.Pattern[str]:
    """Where a file names the package, alone or with a version."""
    body = "[-_.]+".join(map(re.escape, re.split(r"[-_.]+", name))) if python else re.escape(name)
    return re.compile(rf"(?<![\w.+-]){body}(?![\w+-])", re.IGNORECASE if python else 0)


def _line(pattern: re.Pattern[str], dockerfile: str) -> int | None:
    match = pattern.search(dockerfile)
    return dockerfile.count("\n", 0, match.start()) + 1 if match else None


def _python(log: str, stock: Shelves) -> Iterator[Unavailable]:
    here = {_normal(name): versions for name, versions in stock.pip.items()}
    for name, spec in _python_wanted(log):
        versions = here.get(_normal(name))
        if versions is None:
            message = f"The Python package {name} is not available here; choose one that is, or do without it."
            yield Unavailable("package", name, message)
        elif spec and not any(_satisfies(version, spec) for version in versions):
            message = f"The Python package {name} is here as {', '.join(versions)}, not as {spec}."
            yield Unavailable("package", name, message)


def _python_wanted(log: str) -> Iterator[tuple[str, str]]:
    for match in _PIP.finditer(log):
        yield match[1], _spec(match[2])
    flat = _UV_FRAME.sub(" ", log)  # uv wraps its sentences
    for match in _UV.finditer(flat):
        name = match[1] or match[2] or match[4]
        yield name, _spec(match[3] or "")
        for required in _UV_REQUIRED.finditer(flat, match.end(), match.end() + 1000):
            yield required[1], _spec(required[2])


def _spec(text: str) -> str:
    return re.sub(r"^\[[^\]]*\]|\s", "", text).rstrip(",.;:")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _satisfies(version: str, spec: str) -> bool:
    """A plain reading of PEP 440: enough to tell a version that is here from one that is not."""
    for clause in spec.split(","):
        match = re.fullmatch(r"(===?|!=|<=|>=|~=|<|>)v?(.+)", clause)
        if match is None:
            return False
        operator, wanted = match.groups()
        stem = wanted.removesuffix(".*")
        have, want = _release(version), _release(stem)
        width = len(want) if stem != wanted else max(len(have), len(want))
        left, right = _padded(have, width), _padded(want, width)
        compatible = left >= right and have[: len(want) - 1] == want[:-1]
        holds = {
            "==": left == right,
            "===": version == wanted,
            "!=": left != right,
            "<=": left <= right,
            ">=": left >= right,
            "<": left < right,
            ">": left > right,
            "~=": compatible,
        }
        if not holds[operator]:
            return False
    return True


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]{1,9}", version)[:8])


def _padded(release: tuple[int, ...], width: int) -> tuple[int, ...]:
    return (*release, *[0] * width)[:width]


def _debian(log: str, stock: Shelves) -> Iterator[Unavailable]:
    for match in _APT_NAME.finditer(log):
        name = (match[1] or match[2] or match[3]).rstrip(".")
        if name not in stock.deb:
            message = f"The Debian package {name} is not available here; choose one that is, or do without it."
            yield Unavailable("package", name, message)
    for match in _APT_VERSION.finditer(log):
        version, name = match.groups()
        versions = stock.deb.get(name, ())
        if not any(fnmatchcase(have, version) for have in versions):
            there = f"is here as {', '.join(versions)}, not as" if versions else "is not available here in version"
            yield Unavailable("package", name, f"The Debian package {name} {there} {version}.")


def _internet(log: str) -> Unavailable | None:
    hosts = [match[1] for pattern in (_NO_HOST, _ALPINE) for match in pattern.finditer(log)]
    host = next((h for h in hosts if not h.lower().endswith(_OURS)), None)
    if host is None:
        return None
    message = f"The internet ({host[:80]}) cannot be reached from here; pip and apt use the sandbox's own packages."
    return Unavailable("feature", "the internet", message)
