"""The editor's fields: one text a file, from the last submission, another attempt or the starter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from labs.specs import Lab
from sandbox.facts import Problem
from sandbox.limits import FILE_BYTES


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    id: str
    text: str
    required: bool
    rows: int
    problems: tuple[Problem, ...]


def fields(lab: Lab, texts: Mapping[str, str], problems: tuple[Problem, ...] = ()) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=name,
            id=f"file-{index}",
            text=texts.get(name, ""),
            required=name in lab.files,
            rows=min(24, max(6 if name in lab.files else 4, texts.get(name, "").count("\n") + 3)),
            problems=tuple(problem for problem in problems if problem.file == name),
        )
        for index, name in enumerate(lab.names)
    )


def sent(request: HttpRequest, lab: Lab) -> dict[str, bytes]:
    """What the form holds: a chosen file goes before its text; an extra file left empty was not sent."""
    raw = {}
    for name in lab.names:
        chosen = request.FILES.get(f"upload:{name}")
        if isinstance(chosen, UploadedFile):
            raw[name] = chosen.read(FILE_BYTES + 1)  # one more than allowed is enough to be refused
        elif (text := request.POST.get(f"file:{name}", "")) or name in lab.files:
            raw[name] = text.encode()
    return raw


def form_key(request: HttpRequest) -> UUID | None:
    """The key of the form that was sent; None where a program sends none."""
    try:
        return UUID(request.POST.get("form", ""))
    except ValueError:
        return None


def shown(raw: Mapping[str, bytes]) -> dict[str, str]:
    """The same as texts, whatever they hold, so that a refused form loses nothing."""
    return {name: value.decode(errors="replace").replace("\r\n", "\n") for name, value in raw.items()}
