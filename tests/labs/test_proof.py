from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labs import proof, specs
from labs.errors import SpecError
from labs.grading import Grade, grade
from labs.proof import Case, Result, cases, complaints, flips, killed, verdict
from sandbox.facts import Fact, Outcome, Unavailable
from tests.labs.facts import added_files, build, process, rebuild, start, write_access
from tests.labs.tiny import lab

HERE = Path("somewhere")
MUTANT = Case("tiny", "mutant", "mutants/a", HERE, frozenset({"no-root-process"}))
SOLUTION = Case("tiny", "solution", "solution", HERE)
STARTER = Case("tiny", "starter", "starter", HERE)
GOOD: dict[str, Fact] = {
    "image": build(),
    "app": start(),
    "setuid": added_files(),
    "access": write_access(),
    "edit": rebuild(),
}


def graded(**facts: Fact) -> Grade:
    return grade(lab(), Outcome({**GOOD, **facts}))


def as_root(**facts: Fact) -> Grade:
    return graded(app=start(processes=(process(uid=0),)), **facts)


def write_folder(folder: Path, fails: list[str]) -> Path:
    names = ["starter", "solution", "alternatives/a", "alternatives/b"]
    names += [f"mutants/m{n}" for n in range(len(fails))]
    for name in names:
        (folder / name).mkdir(parents=True)
    for number, check in enumerate(fails):
        (folder / f"mutants/m{number}/expect.toml").write_text(f'fails = ["{check}"]\n')
    return folder


ALL = [check.id for check in lab().checks]


def test_every_folder_is_a_case(tmp_path: Path) -> None:
    found = cases(lab(), write_folder(tmp_path, [*ALL, "builds"]))
    assert [case.kind for case in found] == ["starter", "solution"] + ["alternative"] * 2 + ["mutant"] * 6
    assert [case.name for case in found[:3]] == ["starter", "solution", "alternatives/a"]
    assert found[4].fails == {"builds"}


def test_a_check_that_no_mutant_fails_is_a_slip(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, ["builds"] * 6)
    with pytest.raises(SpecError, match="no mutant fails code-not-writable, deps-cached"):
        cases(lab(), folder)


def test_too_few_mutants_are_a_slip(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="mutants: a lab needs at least 6 of them, here are 5"):
        cases(lab(), write_folder(tmp_path, ALL))


@pytest.mark.parametrize(
    "text", ["fails = []", 'fails = ["magic"]', 'fail = ["builds"]', "fails = [", 'fails = ["builds"]\nx = 1']
)
def test_an_expectation_that_says_nothing_is_a_slip(tmp_path: Path, text: str) -> None:
    folder = write_folder(tmp_path, [*ALL, "builds"])
    (folder / "mutants/m0/expect.toml").write_text(text)
    with pytest.raises(SpecError, match=r"mutants/m0/expect\.toml"):
        cases(lab(), folder)


def test_a_mutant_fails_exactly_its_checks() -> None:
    assert complaints(lab(), Result(MUTANT, as_root())) == ()


def test_a_mutant_that_survives_is_told() -> None:
    assert complaints(lab(), Result(MUTANT, graded())) == ("should fail, and does not: no-root-process",)


def test_a_mutant_that_fails_more_than_it_should_is_told() -> None:
    (words,) = complaints(lab(), Result(MUTANT, as_root(edit=rebuild(dependencies_rerun=True))))
    assert words.startswith("fails beside that: deps-cached-on-source-change (")


def test_skipped_checks_are_not_failed_ones() -> None:
    broken = Case("tiny", "mutant", "mutants/b", HERE, frozenset({"builds"}))
    assert complaints(lab(), Result(broken, grade(lab(), Outcome({"image": build(ok=False)})))) == ()


def test_a_check_that_is_skipped_is_not_killed() -> None:
    dead = Result(MUTANT, graded(app=start(answered=False, exit_code=1)))
    assert complaints(lab(), dead)[0] == "should fail, and does not: no-root-process"
    assert killed([dead]) == frozenset()


def test_a_solution_has_full_marks() -> None:
    assert complaints(lab(), Result(SOLUTION, graded())) == ()
    (words,) = complaints(lab(), Result(SOLUTION, as_root()))
    assert words.startswith("4.5 of 7.5 points: no-root-process (PID 1 `python`, uid 0)")


def test_a_starter_stays_below_the_threshold() -> None:
    assert complaints(lab(), Result(STARTER, as_root())) == ()
    assert complaints(lab(), Result(STARTER, graded())) == (
        "the starter passes the lab",
        "the starter has 7.5 points, and 6 are enough to pass",
    )


def test_what_is_not_available_here_proves_nothing() -> None:
    missing = Unavailable("package", "sudo", "`sudo` is not available here.")
    result = Result(MUTANT, grade(lab(), Outcome({}, unavailable=missing)))
    assert complaints(lab(), result) == ("not available here: `sudo` is not available here.",)


def test_a_check_that_changes_its_mind_is_told() -> None:
    runs = [Result(MUTANT, as_root()), Result(MUTANT, graded()), Result(MUTANT, as_root())]
    assert flips(runs) == ("no-root-process said different things in 3 runs",)
    assert flips(runs[:1]) == ()
    assert flips(runs)[0] in verdict(lab(), runs)[MUTANT]


def test_a_verdict_is_by_case_over_all_runs() -> None:
    runs = [Result(MUTANT, as_root()), Result(SOLUTION, graded()), Result(MUTANT, as_root())]
    assert verdict(lab(), runs) == {MUTANT: (), SOLUTION: ()}
    assert killed(runs) == {"no-root-process"}


def test_cases_of_different_labs_are_different() -> None:
    assert replace(MUTANT, slug="other") != MUTANT


@pytest.mark.parametrize("slug", list(specs.catalogue()))
def test_every_lab_of_the_catalogue_brings_what_a_proof_needs(slug: str) -> None:
    known = specs.catalogue()[slug]
    found = cases(known)
    assert sum(case.kind == "alternative" for case in found) >= proof.ALTERNATIVES
    assert sum(case.kind == "mutant" for case in found) >= proof.MUTANTS
    for case in found:
        assert (case.folder / known.files[0]).is_file(), case.name
        known_files = {*known.names, "expect.toml"}
        assert {path.name for path in case.folder.iterdir()} <= known_files, case.name
