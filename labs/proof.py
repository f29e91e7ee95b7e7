"""Is a lab right? Its folder says what must pass and what must fail; here its cases are read and judged."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from labs import specs
from labs.errors import SpecError
from labs.grading import Grade
from labs.specs import Lab

ALTERNATIVES, MUTANTS = 2, 6  # the least that a lab must bring
Kind = Literal["starter", "solution", "alternative", "mutant"]


@dataclass(frozen=True, slots=True)
class Case:
    """One set of files whose grade is known beforehand. `fails`: exactly these checks, for a mutant."""

    slug: str
    kind: Kind
    name: str  # "solution", "mutants/user-00"
    folder: Path
    fails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """One run of a case."""

    case: Case
    grade: Grade

    @property
    def statuses(self) -> Mapping[str, str]:
        return {check.id: check.status for check in self.grade.checks}

    @property
    def failed(self) -> frozenset[str]:
        return frozenset(check.id for check in self.grade.checks if check.status == "failed")


def cases(lab: Lab, folder: Path | None = None) -> tuple[Case, ...]:
    """Every case of a lab's folder. SpecError when some are missing, or expect the impossible."""
    try:
        return _cases(lab, folder or specs.FOLDER / lab.slug)
    except SpecError as error:
        raise error.placed(lab.slug, error.line) from error


def _cases(lab: Lab, folder: Path) -> tuple[Case, ...]:
    found = [Case(lab.slug, "starter", "starter", folder / "starter"), _solution(lab, folder)]
    for path in _folders(folder / "alternatives", ALTERNATIVES):
        found.append(Case(lab.slug, "alternative", f"alternatives/{path.name}", path))
    for path in _folders(folder / "mutants", MUTANTS):
        found.append(Case(lab.slug, "mutant", f"mutants/{path.name}", path, _expected(lab, path)))
    survivors = {check.id for check in lab.checks} - {check for case in found for check in case.fails}
    if survivors:
        raise SpecError("mutants", "", f"no mutant fails {', '.join(sorted(survivors))}; write one")
    return tuple(found)


def _solution(lab: Lab, folder: Path) -> Case:
    if not (folder / "solution").is_dir():
        raise SpecError("solution", "", "the lab has no solution; write it")
    return Case(lab.slug, "solution", "solution", folder / "solution")


def _folders(parent: Path, least: int) -> list[Path]:
    found = sorted(path for path in parent.glob("*") if path.is_dir())
    if len(found) < least:
        raise SpecError(parent.name, "", f"a lab needs at least {least} of them, here are {len(found)}")
    return found


def _expected(lab: Lab, folder: Path) -> frozenset[str]:
    name = f"mutants/{folder.name}/expect.toml"
    try:
        data = tomllib.loads((folder / "expect.toml").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SpecError(name, "", f"it cannot be read: {error}") from error
    fails = data.pop("fails", None)
    if data or not isinstance(fails, list) or not fails:
        raise SpecError(name, "fails", "write this key alone: a list of the checks that must fail")
    for check in fails:
        if check not in {spec.id for spec in lab.checks}:
            raise SpecError(name, "fails", f"the lab has no check “{check}”")
    return frozenset(fails)


def complaints(lab: Lab, result: Result) -> tuple[str, ...]:
    """What is wrong with one run, in words; nothing when it went as the folder says."""
    case, grade = result.case, result.grade
    if not grade.counted:
        missing = grade.unavailable.message if grade.unavailable else "something"
        return (f"not available here: {missing}",)
    if case.kind == "mutant":
        return _mutant(case, result)
    if case.kind == "starter":
        return _starter(lab, grade)
    if grade.points < grade.max_points:
        lost = [f"{check.id} ({check.found})" for check in grade.checks if check.status != "passed"]
        return (f"{grade.points:g} of {grade.max_points:g} points: {'; '.join(lost)}",)
    return ()


def _mutant(case: Case, result: Result) -> tuple[str, ...]:
    """Skipped checks are neither failed nor passed: an image that was not built fails `builds` alone."""
    told = []
    if survived := case.fails - result.failed:
        told.append(f"should fail, and does not: {', '.join(sorted(survived))}")
    if others := result.failed - case.fails:
        words = [f"{c.id} ({c.found})" for c in result.grade.checks if c.id in others]
        told.append(f"fails beside that: {'; '.join(words)}")
    return tuple(told)


def _starter(lab: Lab, grade: Grade) -> tuple[str, ...]:
    told = []
    if grade.passed:
        told.append("the starter passes the lab")
    if grade.points >= lab.pass_at:
        told.append(f"the starter has {grade.points:g} points, and {lab.pass_at:g} are enough to pass")
    return tuple(told)


def flips(results: Sequence[Result]) -> tuple[str, ...]:
    """Checks that did not say the same in every run of one case."""
    first = results[0].statuses
    changed = {check for result in results for check, status in result.statuses.items() if first[check] != status}
    return tuple(f"{check} said different things in {len(results)} runs" for check in sorted(changed))


def verdict(lab: Lab, results: Sequence[Result]) -> dict[Case, tuple[str, ...]]:
    """Complaints by case, over every run. A lab is proven when there are none and no case is missing."""
    told: dict[Case, tuple[str, ...]] = {}
    for case in dict.fromkeys(result.case for result in results):
        runs = [result for result in results if result.case == case]
        words = [text for run in runs for text in complaints(lab, run)]
        told[case] = tuple(dict.fromkeys([*words, *flips(runs)]))
    return told


def killed(results: Sequence[Result]) -> frozenset[str]:
    """Checks that at least one mutant failed as it said it would."""
    return frozenset(check for r in results if r.case.kind == "mutant" for check in r.failed & r.case.fails)
