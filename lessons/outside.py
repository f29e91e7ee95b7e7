"""What the lesson is told by packages that it may not import: which checks exist, and facts of a learner's builds.

`labs` tells them when Django starts. Nobody told: there are no checks, and own-build questions wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lessons.quiz.questions import Choice


@dataclass(frozen=True, slots=True)
class Check:
    """One executed check of a lab."""

    lab: str
    lab_title: str
    id: str
    title: str
    skill: str
    required: bool


@dataclass(frozen=True, slots=True)
class OwnBuild:
    """A learner's last graded submission to a lab, as an own-build question asks about it."""

    of: str  # names the submission: an answer to an older one is not taken for this one
    title: str
    url: str
    choices: tuple[Choice, ...]


Checks = Callable[[], Sequence[Check]]
Fits = Callable[[str, Mapping[str, str]], bool]  # (lab, files): would these files build in that lab?
AskBuild = Callable[[int, str, str], OwnBuild | None]  # (learner, lab, ask); None: nothing graded that could answer


def _no_checks() -> Sequence[Check]:
    return ()


def _no_build(learner: int, lab: str, ask: str) -> OwnBuild | None:
    return None


def _no_fit(lab: str, files: Mapping[str, str]) -> bool:
    return False


_fits: list[Fits] = [_no_fit]
_checks: list[Checks] = [_no_checks]
_own_build: list[AskBuild] = [_no_build]


def tell(*, checks: Checks, own_build: AskBuild, fits: Fits) -> None:
    """Called once, by the package that has labs."""
    _checks[:] = [checks]
    _own_build[:] = [own_build]
    _fits[:] = [fits]


def checks_by_skill() -> Mapping[str, tuple[Check, ...]]:
    found: dict[str, list[Check]] = {}
    for check in _checks[0]():
        found.setdefault(check.skill, []).append(check)
    return {skill: tuple(checks) for skill, checks in found.items()}


def labs() -> Mapping[str, str]:
    """The titles of this machine's labs, by slug."""
    return {check.lab: check.lab_title for check in _checks[0]()}


def own_build(learner: int, lab: str, ask: str) -> OwnBuild | None:
    return _own_build[0](learner, lab, ask)


def fits(lab: str, files: Mapping[str, str]) -> bool:
    """Can an example's files be tried in that lab? Not where the lab is missing, or lacks what they copy."""
    return _fits[0](lab, files)
