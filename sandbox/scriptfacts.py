"""What the `script` experiment measured; in every other way as `sandbox.facts` says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a learner's script in a container of its own."""

    exit_code: int | None  # None: it was ended, by the limit that `limit` names
    stdout: str  # the end of it, bounded, cleaned
    stderr: str
    seconds: float
    limit: str = ""  # time, memory; "" where none was hit

    @property
    def output(self) -> str:
        return f"{self.stdout}\n{self.stderr}"


@dataclass(frozen=True, slots=True)
class CaseRun:
    """One declared case: what the script was given, and what it decided. Exit code 0 admits, any other refuses."""

    name: str
    group: str  # the checks' word for what the case is about
    admits: bool  # what a right script does
    ran: Ran
    missing: tuple[str, ...] = ()  # of the texts that its output must hold, those that it does not
    excess: tuple[str, ...] = ()  # of the texts that its output must not hold, those that it does

    @property
    def admitted(self) -> bool:
        return self.ran.exit_code == 0

    @property
    def refused(self) -> bool:
        """It said no, in time: a script that was ended has said nothing."""
        return self.ran.exit_code not in {0, None}


@dataclass(frozen=True, slots=True)
class Script:
    """`kind = "script"`: the learner's script over every case, each alone in a container."""

    file: str
    runs: tuple[CaseRun, ...]
