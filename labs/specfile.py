"""The shape of `lab.toml`: which keys there are, and of which type. `labs.specrules` knows what they mean."""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from labs.errors import SpecError
from sandbox.limits import CEILING, DEFAULT, Limits
from sandbox.plan import TOOLS, Case, Edit, Experiment, Request

FILE = "lab.toml"
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
FileName = Annotated[str, Field(pattern=r"^\.?[A-Za-z0-9_][A-Za-z0-9._-]*$", max_length=64)]
Login = Annotated[str, Field(pattern=r"^[a-z0-9-]+:\S+$|^$", max_length=64)]
Port = Annotated[int, Field(ge=1, le=65535)]
Path = Annotated[str, Field(pattern=r"^/\S*$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RequestTable(Strict):
    path: Path
    method: Annotated[str, Field(pattern="^(GET|HEAD|POST|PUT|DELETE)$")] = "GET"
    body: str = ""
    status: Annotated[int, Field(ge=100, le=599)] = 200
    contains: str = ""

    def value(self) -> Request:
        return Request(**self.model_dump())


class EditTable(Strict):
    file: Text
    old: str = ""
    new: str = ""
    append: str = ""

    def value(self) -> Edit:
        return Edit(**self.model_dump())


class CaseTable(Strict):
    name: Name
    group: Name
    admits: bool = False
    arguments: list[Text] = []
    files: dict[FileName, Text] = {}
    says: list[Text] = []
    hides: list[Text] = []

    def value(self) -> Case:
        return Case(
            name=self.name,
            group=self.group,
            admits=self.admits,
            arguments=tuple(self.arguments),
            files=dict(self.files),
            says=tuple(self.says),
            hides=tuple(self.hides),
        )


class ExperimentTable(Strict):
    id: Name
    kind: Text
    after: Name | None = None
    port: Port = 8080
    ready: Path = "/healthz"
    request: list[RequestTable] = []
    edit: EditTable | None = None
    dependency: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$|^$")] = ""
    code: list[Text] = []
    start: bool = False
    canary: str = ""
    junk: str = ""
    junk_mb: Annotated[int, Field(ge=0, le=50)] = 0
    dockerfile: str = ""
    tag: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*:[a-z0-9][a-z0-9.-]*$|^$", max_length=64)] = ""
    regain: bool = False
    profile: str = ""
    needed: list[Text] = []
    forbidden: list[Text] = []
    script: str = ""
    image: Text = TOOLS
    seconds: Annotated[int, Field(gt=0, le=30)] = 10
    case: list[CaseTable] = []
    sign: str = ""
    verify: str = ""
    attacks: list[
        Annotated[
            str,
            Field(pattern="^(unsigned|other-key|copied-signature|moved-tag|moving-tag(-later|-back)?)$"),
        ]
    ] = []
    service: Annotated[str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=40)] = "web"
    how: Annotated[str, Field(pattern="^(down|recreate)$")] = "down"
    text: Text = "{note}"
    targets: list[Annotated[str, Field(pattern=r"^[a-z0-9_-]+:[0-9]{1,5}(/(tcp|udp))?$")]] = []
    allowed: list[Annotated[str, Field(pattern=r"^[a-z0-9_-]+>[a-z0-9_-]+$")]] = []
    relayed: list[Annotated[str, Field(pattern=r"^[a-z0-9_-]+>[a-z0-9_-]+ .{1,100}$")]] = []
    repeat: Annotated[int, Field(ge=1, le=100)] = 1
    at_once: Annotated[int, Field(ge=1, le=20)] = 1
    memory_mb: Annotated[int, Field(ge=0, le=256)] = 0
    pids: Annotated[int, Field(ge=0, le=128)] = 0
    cpus: Annotated[float, Field(ge=0, le=1.0)] = 0.0
    texts: list[Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]] = []
    reader: Login = ""
    writer: Login = ""
    passwords: list[Text] = []
    faults: list[Annotated[str, Field(pattern="^(refuse|error|hang|stall)$")]] = []

    def value(self) -> Experiment:
        return Experiment(
            id=self.id,
            kind=self.kind,
            after=self.after,
            port=self.port,
            ready=self.ready,
            requests=tuple(request.value() for request in self.request),
            edit=self.edit.value() if self.edit else None,
            dependency=self.dependency,
            code=tuple(self.code),
            start=self.start,
            canary=self.canary,
            junk=self.junk,
            junk_mb=self.junk_mb,
            dockerfile=self.dockerfile,
            tag=self.tag,
            regain=self.regain,
            profile=self.profile,
            needed=tuple(self.needed),
            forbidden=tuple(self.forbidden),
            script=self.script,
            image=self.image,
            seconds=self.seconds,
            cases=tuple(case.value() for case in self.case),
            sign=self.sign,
            verify=self.verify,
            attacks=tuple(self.attacks),
            service=self.service,
            how=self.how,
            text=self.text,
            targets=tuple(self.targets),
            allowed=tuple(self.allowed),
            relayed=tuple(self.relayed),
            repeat=self.repeat,
            at_once=self.at_once,
            memory_mb=self.memory_mb,
            pids=self.pids,
            cpus=self.cpus,
            texts=tuple(self.texts),
            reader=self.reader,
            writer=self.writer,
            passwords=tuple(self.passwords),
            faults=tuple(self.faults),
        )


class CheckTable(Strict):
    id: Name
    source: Annotated[str, Field(alias="from")]
    title: Annotated[str, Field(min_length=1, max_length=160)]
    skill: Text
    points: Annotated[float, Field(ge=0, le=100)]
    required: bool = True
    needs: list[Text] = []


class LabTable(Strict):
    version: Annotated[int, Field(ge=1)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    summary: Text
    skills: Annotated[list[Text], Field(min_length=1)]
    files: Annotated[list[FileName], Field(min_length=1)]
    extra_files: list[FileName] = []
    pass_at: Annotated[float, Field(gt=0)]
    hints: Annotated[list[Text], Field(min_length=3, max_length=3)]
    limits: dict[str, int | float] = {}
    values: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Text] = {}
    experiment: Annotated[list[ExperimentTable], Field(min_length=1)]
    check: Annotated[list[CheckTable], Field(min_length=1)]


def read(text: str) -> LabTable:
    """The file's tables. SpecError names the first key that does not fit, and what would."""
    try:
        return LabTable.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else None
        raise SpecError(FILE, "", f"this is not TOML: {error}", line=line) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise SpecError(FILE, _key(first["loc"]), _fix(dict(first))) from error


def _key(location: tuple[int | str, ...]) -> str:
    """("experiment", 1, "port") → experiment[2].port: counted as people count the tables of a file."""
    key = ""
    for part in location:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else part
    return key


def _fix(error: dict[str, Any]) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "unknown key; remove it, or look at its spelling"
        case "missing":
            return "this key is missing; add it"
        case "string_too_short":
            return "this text is empty; write it"
        case "too_short" | "too_long" if error["loc"] == ("hints",):
            return "write three hints, of rising strength"
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}; the file says {error['input']!r:.80}"


def limits(values: dict[str, int | float]) -> Limits:
    """The sandbox's defaults with a lab's own on top, each within the ceiling."""
    known = {name: getattr(DEFAULT, name) for name in Limits.__slots__}
    for name, value in values.items():
        key = f"limits.{name}"
        if name not in known:
            raise SpecError(FILE, key, f"unknown limit; there are {', '.join(known)}")
        if isinstance(known[name], int) and not isinstance(value, int):
            raise SpecError(FILE, key, "write a whole number")
        ceiling = getattr(CEILING, name)
        if not 0 < value <= ceiling:
            raise SpecError(FILE, key, f"write a number above 0 and at most {ceiling}")
        known[name] = type(known[name])(value)
    return Limits(**known)
