"""What the checks of a deciding script share: which cases it decided wrongly, and what it said."""

from __future__ import annotations

from labs.checks.base import Claim, Verdict
from labs.checks.describe import code, listed
from sandbox.scriptfacts import CaseRun, Script

NOT_STARTED = (126, 127)
_NO_INTERPRETER = "exec ./"  # how the container's runtime begins when a program's first line names none that is there


def refuses(claim: Claim, fact: Script, group: str, hint: str) -> Verdict:
    """Every case of the group has to be refused, by an exit code of the script's own, in time."""
    cases = [run for run in fact.runs if run.group == group]
    wrong = [run for run in cases if not run.refused]
    if wrong:
        return claim.failed(listed(map(case, wrong)), hint, file=fact.file)
    return claim.passed(f"All {len(cases)} were stopped: {listed(map(case, cases))}")


def never_ran(run: CaseRun) -> bool:
    """The kernel did not find out how to run it."""
    return run.ran.exit_code in NOT_STARTED or (not run.admitted and run.ran.output.strip().startswith(_NO_INTERPRETER))


def case(run: CaseRun) -> str:
    """a-fixable-high: exit code 0, “let through”."""
    return f"{run.name.replace('-', ' ')}: {ending(run)}"


def ending(run: CaseRun) -> str:
    ran = run.ran
    if ran.limit:
        return f"it was ended by a limit ({ran.limit}, after {ran.seconds:.0f} s)"
    lines = [line for line in (ran.stderr + "\n" + ran.stdout).splitlines() if line.strip()]
    return f"exit code {ran.exit_code}" + (f", {code(lines[-1], 100)}" if lines else ", without a word")
