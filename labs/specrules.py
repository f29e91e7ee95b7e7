"""What must hold between a lab's parts: names that name something, files that exist, points that add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from string import Formatter
from typing import TYPE_CHECKING

from labs.checks import BY_ID
from labs.errors import SpecError
from lessons.skills import SKILLS
from sandbox import composefacts, facts
from sandbox.contentfacts import Contents
from sandbox.engine.probes.calls import BY_NAME as PROBED
from sandbox.healthfacts import Health
from sandbox.limits import FILE_BYTES
from sandbox.plan import CANARY, Edit, Experiment
from sandbox.registryfacts import Registry
from sandbox.scanfacts import Scan
from sandbox.scriptfacts import Script
from sandbox.signfacts import Signing
from sandbox.syscallfacts import Syscalls
from sandbox.tomorrowfacts import Tomorrow

if TYPE_CHECKING:
    from labs.specs import CheckSpec, Lab

FILE = "lab.toml"
CANARY_TEXT = f"{{{CANARY}}}"
_SCRIPTS = ("script", "cases", "sign", "verify", "attacks", "reader", "writer", "passwords")
_ASKING = {"port", "ready", "requests"}
_CALLING, _BUDGET = (*_ASKING, "service"), ("memory_mb", "pids", "cpus")
# What may come before an experiment with a running project: its start, or another one with it.
_PROJECT = ("compose-up", "compose-data", "compose-matrix", "compose-mounts", "compose-load", "compose-pressure")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of experiment: the fact it yields, the kinds it may come after, the fields it has."""

    fact: type[facts.Fact]
    after: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    alone: bool = False  # it may also come first


KINDS: Mapping[str, Kind] = {
    "build": Kind(facts.Build, fields=frozenset({"canary", "junk", "junk_mb", "dockerfile", "tag"})),
    "start": Kind(facts.Start, ("build", "rebuild"), frozenset(_ASKING | {"profile", "regain"})),
    "rebuild": Kind(facts.Rebuild, ("build",), frozenset(_ASKING | {"edit", "dependency", "start"})),
    "added-files": Kind(facts.AddedFiles, ("build",)),
    "write-access": Kind(facts.WriteAccess, ("start", "compose-up"), frozenset({"code"})),
    "image-files": Kind(facts.ImageFiles, ("build",)),
    "contents": Kind(Contents, ("start",)),
    "tomorrow": Kind(Tomorrow, ("build",), frozenset({"dependency"})),
    "leaks": Kind(facts.Leaks, ("build",), frozenset({"texts"})),
    "scan": Kind(Scan, ("build",)),
    "twins": Kind(facts.Twins, ("build",), frozenset(_ASKING)),
    "stop": Kind(facts.Stop, ("twins",)),
    "syscalls": Kind(Syscalls, fields=frozenset({"profile", "needed", "forbidden"})),
    "script": Kind(Script, fields=frozenset({"script", "image", "seconds", "cases"})),
    "signing": Kind(Signing, fields=frozenset({"sign", "verify", "attacks", "image", "seconds"})),
    "compose-up": Kind(composefacts.ComposeUp, ("build",), frozenset(_ASKING | {"service"}), alone=True),
    "compose-cycle": Kind(composefacts.ComposeCycle, _PROJECT, frozenset(_ASKING | {"service", "how"})),
    "compose-data": Kind(composefacts.ComposeData, _PROJECT, frozenset({"text"})),
    "compose-matrix": Kind(composefacts.Matrix, _PROJECT, frozenset({"targets", "allowed", "relayed", "text"})),
    "compose-mounts": Kind(composefacts.ComposeMounts, _PROJECT, frozenset({"service", "code"})),
    "compose-load": Kind(composefacts.ComposeLoad, _PROJECT, frozenset({*_CALLING, "repeat", "at_once"})),
    "compose-pressure": Kind(composefacts.Pressure, _PROJECT, frozenset({*_CALLING, *_BUDGET})),
    "registry": Kind(Registry, _PROJECT, frozenset({"service", "port", "ready", "reader", "writer", "passwords"})),
    "health": Kind(Health, ("build",), frozenset({"port", "ready", "faults"})),
}


def refuse_slips(lab: Lab) -> None:
    """SpecError for the first thing that does not fit."""
    _files(lab)
    for number, experiment in enumerate(lab.experiments, 1):
        _experiment(lab, experiment, number)
    for number, check in enumerate(lab.checks, 1):
        _check(lab, check, number)
    _skills(lab)
    if lab.pass_at > lab.max_points:
        raise SpecError(FILE, "pass_at", f"the checks give {lab.max_points:g} points; write at most that")


def _files(lab: Lab) -> None:
    _refuse_twice("files", lab.names)
    if any(e.kind == "build" and not e.dockerfile for e in lab.experiments) and "Dockerfile" not in lab.files:
        raise SpecError(FILE, "files", "a lab that builds takes a Dockerfile; add it")
    if any(e.kind == "compose-up" for e in lab.experiments) and "compose.yaml" not in lab.files:
        raise SpecError(FILE, "files", "a lab that starts a project takes a compose.yaml; add it")
    for name in lab.files:
        if name not in lab.starter:
            raise SpecError(f"starter/{name}", "", "the starter lacks this file; write it")
    for name, text in lab.starter.items():
        if name not in lab.names:
            raise SpecError(f"starter/{name}", "", f"learners submit {', '.join(lab.names)}; remove or rename it")
        if len(text.encode()) > FILE_BYTES:
            raise SpecError(f"starter/{name}", "", f"a file may have {FILE_BYTES // 1024} KB; shorten it")
    for name in lab.names:
        if name in lab.context:
            raise SpecError(f"context/{name}", "", "the learner's file of this name would cover it; rename it")


def _experiment(lab: Lab, experiment: Experiment, number: int) -> None:
    key = f"experiment[{number}]"
    earlier = {e.id: e for e in lab.experiments[: number - 1]}
    if experiment.id in earlier:
        raise SpecError(FILE, f"{key}.id", f"“{experiment.id}” is there already; choose another")
    kind = KINDS.get(experiment.kind)
    if kind is None:
        raise SpecError(FILE, f"{key}.kind", f"unknown kind “{experiment.kind}”; there are {', '.join(KINDS)}")
    _after(experiment, kind, earlier, key)
    _planted(lab, experiment, earlier, key)
    _fields(experiment, kind, key)
    _own(lab, experiment, key)
    _profile(lab, experiment, earlier, key)
    _cases(lab, experiment, key)
    if experiment.edit is not None:
        _edit(lab, experiment.edit, f"{key}.edit")
    for name in experiment.code:
        if name not in lab.context:
            raise SpecError(FILE, f"{key}.code", f"context/{name} does not exist; name a file of the context")


def _planted(lab: Lab, experiment: Experiment, earlier: Mapping[str, Experiment], key: str) -> None:
    if experiment.canary and CANARY_TEXT not in lab.context.get(experiment.canary, b"").decode():
        where = f"context/{experiment.canary} does not hold {CANARY_TEXT}"
        raise SpecError(FILE, f"{key}.canary", f"{where}; write it where the secret stands")
    if bool(experiment.junk) != bool(experiment.junk_mb) or experiment.junk in (*lab.context, *lab.names):
        raise SpecError(FILE, f"{key}.junk", "name a file that is not there, and with `junk_mb` its megabytes")
    before = earlier.get(experiment.after or "")
    if experiment.kind == "leaks" and before is not None and not before.canary:
        raise SpecError(FILE, f"{key}.after", f"“{before.id}” has no `canary` that could leak; add it there")
    if experiment.kind == "twins" and not experiment.requests:
        raise SpecError(FILE, f"{key}.request", "“twins” needs it; end with what only the first can know")


def _own(lab: Lab, experiment: Experiment, key: str) -> None:
    if bool(experiment.dockerfile) != bool(experiment.tag):
        raise SpecError(FILE, key, "`dockerfile` and `tag` go together: which image of the lab's, and its name")
    if experiment.dockerfile and experiment.dockerfile not in lab.context:
        raise SpecError(FILE, f"{key}.dockerfile", f"context/{experiment.dockerfile} does not exist; write it")
    if experiment.dockerfile and (experiment.canary or experiment.junk):
        raise SpecError(FILE, key, "an image of the lab's own has no `canary` and no `junk`; remove them")


def _profile(lab: Lab, experiment: Experiment, earlier: Mapping[str, Experiment], key: str) -> None:
    if experiment.profile and experiment.profile not in lab.files:
        raise SpecError(FILE, f"{key}.profile", f"learners submit {', '.join(lab.files)}; name one of them")
    before = earlier.get(experiment.after or "")
    if experiment.profile and before is not None and not before.dockerfile:
        # A learner's program under a learner's profile would run without Docker's default one.
        raise SpecError(FILE, f"{key}.profile", "only an image of the lab's own (`dockerfile`) runs under it")
    for name in ("needed", "forbidden"):
        for call in getattr(experiment, name):
            if call not in PROBED:
                raise SpecError(FILE, f"{key}.{name}", f"the probe has no “{call}”; see sandbox/engine/probes/calls.py")


def _cases(lab: Lab, experiment: Experiment, key: str) -> None:
    for name in experiment.passwords:
        if name not in lab.names:
            raise SpecError(FILE, f"{key}.passwords", f"learners submit {', '.join(lab.names)}; name some of them")
    for name in ("script", "sign", "verify"):
        if getattr(experiment, name) not in ("", *lab.files):
            raise SpecError(FILE, f"{key}.{name}", f"learners submit {', '.join(lab.files)}; name one of them")
    _refuse_twice(f"{key}.case", [case.name for case in experiment.cases])
    for number, case in enumerate(experiment.cases, 1):
        for name, source in case.files.items():
            if source not in lab.context:
                raise SpecError(FILE, f"{key}.case[{number}].files", f"context/{source} does not exist; write it")
            if name in lab.names:
                raise SpecError(FILE, f"{key}.case[{number}].files", f"learners submit a {name}; choose another name")


def _after(experiment: Experiment, kind: Kind, earlier: Mapping[str, Experiment], key: str) -> None:
    if not kind.after:
        if experiment.after is not None:
            raise SpecError(FILE, f"{key}.after", f"“{experiment.kind}” comes first; remove it")
        return
    wanted = " or ".join(kind.after)
    if experiment.after is None and kind.alone:
        return
    if experiment.after is None:
        raise SpecError(FILE, f"{key}.after", f"this key is missing; name a {wanted} above this one")
    if experiment.after not in earlier:
        what = f"“{experiment.after}” names no experiment above this one"
        raise SpecError(FILE, f"{key}.after", f"{what}; name a {wanted}")
    if earlier[experiment.after].kind not in kind.after:
        raise SpecError(FILE, f"{key}.after", f"“{experiment.after}” is no {wanted}; name one")


def _fields(experiment: Experiment, kind: Kind, key: str) -> None:
    allowed = set(kind.fields)
    if experiment.kind == "rebuild" and not experiment.start:
        allowed -= _ASKING
    plain = Experiment(id=experiment.id, kind=experiment.kind)
    for name in (field.name for field in fields(Experiment) if field.name not in {"id", "kind", "after"}):
        if getattr(experiment, name) != getattr(plain, name) and name not in allowed:
            shown = {"requests": "request", "cases": "case"}.get(name, name)
            raise SpecError(FILE, f"{key}.{shown}", f"“{experiment.kind}” does not use it here; remove it")
    needed = ("edit", "code", "faults", "targets", *_BUDGET, *_SCRIPTS, "needed", "forbidden")
    for name in (*needed, *(("requests",) if experiment.kind == "compose-load" else ())):
        if name in kind.fields and not getattr(experiment, name):
            raise SpecError(FILE, f"{key}.{name}", f"“{experiment.kind}” needs it; add it")
    names(experiment, key)


def _edit(lab: Lab, edit: Edit, key: str) -> None:
    if edit.file not in lab.context:
        raise SpecError(FILE, f"{key}.file", f"context/{edit.file} does not exist; name a file of the context")
    if bool(edit.old) == bool(edit.append) or (edit.new and not edit.old):
        raise SpecError(FILE, key, "write either `old` and `new`, or `append`")
    if edit.old and lab.context[edit.file].decode().count(edit.old) != 1:
        raise SpecError(FILE, f"{key}.old", f"this text must be in context/{edit.file} exactly once; copy it there")
    if edit.old == edit.new and not edit.append:
        raise SpecError(FILE, f"{key}.new", "this changes nothing; write another text")


def names(experiment: Experiment, key: str = "") -> set[str]:
    """The `{name}`s in an experiment's texts, each to become a random value of the run."""
    texts = [text for r in experiment.requests for text in (r.path, r.body, r.contains)]
    texts += [text for case in experiment.cases for text in (*case.says, *case.hides)]
    if experiment.edit is not None:
        texts += [experiment.edit.new, experiment.edit.append]
    if experiment.canary:
        texts.append(CANARY_TEXT)
    if experiment.kind == "compose-data":
        texts.append(experiment.text)
    try:
        found = [name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise SpecError(FILE, key, f"a brace that is meant as such is written twice, {{{{: {error}") from error
    for name in found:
        if not name.isidentifier():
            raise SpecError(FILE, key, f"“{{{name}}}” is no name; use letters, digits and _")
    return set(found)


def _check(lab: Lab, check: CheckSpec, number: int) -> None:
    key = f"check[{number}]"
    earlier = [c.id for c in lab.checks[: number - 1]]
    if check.id in earlier:
        raise SpecError(FILE, f"{key}.id", f"“{check.id}” is there already; remove one")
    if check.id not in BY_ID:
        raise SpecError(FILE, f"{key}.id", f"no check is called “{check.id}”; there are {', '.join(BY_ID)}")
    source = next((e for e in lab.experiments if e.id == check.source), None)
    if source is None:
        raise SpecError(FILE, f"{key}.from", f"no experiment is called “{check.source}”; name one")
    if not issubclass(KINDS[source.kind].fact, BY_ID[check.id].reads):
        fitting = " or ".join(name for name, kind in KINDS.items() if issubclass(kind.fact, BY_ID[check.id].reads))
        raise SpecError(FILE, f"{key}.from", f"“{check.id}” reads a {fitting}, not a {source.kind}")
    for need in check.needs:
        if need not in earlier:
            raise SpecError(FILE, f"{key}.needs", f"“{need}” names no check above this one; move or rename it")
    if check.skill not in lab.skills:
        raise SpecError(FILE, f"{key}.skill", f"“{check.skill}” is not among the lab's `skills`; add it there")


def _skills(lab: Lab) -> None:
    _refuse_twice("skills", lab.skills)
    for skill in lab.skills:
        if skill not in SKILLS:
            raise SpecError(FILE, "skills", f"the lesson has no skill “{skill}”; see lessons/skills.py")
        if not any(check.skill == skill and check.points for check in lab.checks):
            raise SpecError(FILE, "skills", f"no check measures “{skill}”; add one, or remove the skill")
    for kind, check in (("build", "builds"), ("start", "serves"), ("compose-up", "serves")):
        of_learners = (e for e in lab.experiments if e.kind == kind and not _of_the_lab(lab, e))
        if any(of_learners) and check not in {c.id for c in lab.checks}:
            raise SpecError(FILE, "check", f"a lab with a {kind} has the check “{check}”; add it")


def _of_the_lab(lab: Lab, experiment: Experiment) -> bool:
    """An image of the lab's own, or a container of one: that it works is no achievement of a learner's."""
    earlier = next((e for e in lab.experiments if e.id == experiment.after), None)
    alone = earlier if experiment.kind == "start" else None
    return bool(experiment.dockerfile) or (alone is not None and _of_the_lab(lab, alone))


def _refuse_twice(key: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise SpecError(FILE, key, f"“{value}” is there twice; remove one")
        seen.add(value)
