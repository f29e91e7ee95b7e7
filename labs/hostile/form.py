"""Attacks with what is sent: names, sizes, encodings, whole requests, and folders given to the command line."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from labs import files
from labs.files import Submitted
from labs.hostile.storing import HOST
from labs.hostile.submission import corpus_lab
from labs.pages import editor
from sandbox.hostile import planting
from sandbox.hostile.arena import Arena
from sandbox.hostile.cases import Case
from sandbox.hostile.oracles import Evidence
from sandbox.hostile.payload import payload, write

_REFUSED = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, SuspiciousOperation)


def form(arena: Arena, case: Case) -> Evidence:
    """What became of the files: refused with words, not looked at, or taken as they are."""
    raw = payload(case, arena.values)
    begun = time.monotonic()
    try:
        taken = SCENARIOS[case.scenario](arena, case, raw)
    except _REFUSED as error:
        words = f"{type(error).__name__}: {error}"
        return Evidence("refused", words, words, time.monotonic() - begun)
    seconds = time.monotonic() - begun
    words = "\n".join(problem.message for problem in taken.problems)
    stored = "\n".join([words, *taken.files, *taken.files.values()])
    if taken.problems:
        return Evidence("refused", words, stored, seconds)
    sent = {name for name in raw if name in taken.files}
    return Evidence("built" if sent else "ignored", words, stored, seconds)


def _names(arena: Arena, case: Case, raw: Mapping[str, bytes]) -> Submitted:
    return files.read(corpus_lab(), raw)


def _folder(arena: Arena, case: Case, raw: Mapping[str, bytes]) -> Submitted:
    """As `manage.py grade` reads a folder."""
    with tempfile.TemporaryDirectory(prefix="slipway-folder-") as folder:
        write(raw, Path(folder))
        planting.plant(case.plant, Path(folder), arena.values)
        return files.read_all(corpus_lab(), Path(folder))[0]


def _upload(arena: Arena, case: Case, raw: Mapping[str, bytes]) -> Submitted:
    """As a browser sends files, whatever it calls them."""
    sent = {f"upload:{name}": SimpleUploadedFile(name, body) for name, body in raw.items()}
    request = RequestFactory(headers={"host": HOST}).post("/", {"file:Dockerfile": "FROM python:3.11-slim", **sent})
    return files.read(corpus_lab(), editor.sent(request, corpus_lab()))


def _typed(arena: Arena, case: Case, raw: Mapping[str, bytes]) -> Submitted:
    """As a browser sends what was typed."""
    sent = {f"file:{name}": body.decode("utf-8", "replace") for name, body in raw.items()}
    request = RequestFactory(headers={"host": HOST}).post("/", sent)
    return files.read(corpus_lab(), editor.sent(request, corpus_lab()))


SCENARIOS: Mapping[str, Callable[[Arena, Case, Mapping[str, bytes]], Submitted]] = {
    "": _names,
    "names": _names,
    "folder": _folder,
    "upload": _upload,
    "typed": _typed,
}
