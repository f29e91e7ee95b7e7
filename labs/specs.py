"""`lab.toml` → frozen Lab. Strict: an unknown key, a missing file or an impossible combination refuses to load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.limits import Limits
from sandbox.plan import Experiment


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One `[[check]]`: which check, over which experiment's facts, for how much."""

    id: str
    source: str  # experiment id (`from` in the file)
    title: str  # the claim: "Nothing runs as root"
    skill: str
    points: float
    required: bool = True
    needs: tuple[str, ...] = ()  # check ids; one not passed: this one is skipped, "not measured"


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab as its folder declares it. `texts` is what a regrade needs: {path in the folder: text}."""

    slug: str
    version: int
    title: str
    summary: str  # one sentence for lists
    skills: tuple[str, ...]
    files: tuple[str, ...]  # names that the learner submits; the Dockerfile is always one of them
    extra_files: tuple[str, ...]  # may be added: entrypoint.sh
    pass_at: float
    brief: str  # Markdown
    hints: tuple[str, str, str]  # of rising strength
    starter: Mapping[str, str]  # name → text
    context: Mapping[str, bytes]  # the lab's own files of the build context
    experiments: tuple[Experiment, ...]
    checks: tuple[CheckSpec, ...]
    limits: Limits
    texts: Mapping[str, str]
    digest: str  # SHA-256 over `texts`

    @property
    def max_points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def names(self) -> tuple[str, ...]:
        """Every file name that a learner may submit."""
        return self.files + self.extra_files
