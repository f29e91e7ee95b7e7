"""What a check is: one fact in, one verdict out. Pure, so a stored fact can be judged again at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from sandbox.facts import Fact
from sandbox.limits import Limits
from sandbox.plan import Experiment

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The words of a check card: what was expected and found, why it matters, what to do next."""

    status: Literal["passed", "failed", "skipped"]
    expected: str
    found: str
    why: str = ""
    hint: str = ""  # asks before it tells; "" when passed
    line: int | None = None  # of the learner's `file`
    file: str = "Dockerfile"


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may know besides the fact: the experiment as declared, and the bounds it ran under."""

    experiment: Experiment
    limits: Limits


@dataclass(frozen=True, slots=True)
class Check(Generic[F]):
    """A registered check. `reads` is the type of fact that `run` judges."""

    id: str
    reads: type[F]
    run: Callable[[F, Context], Verdict]


@dataclass(frozen=True, slots=True)
class Claim:
    """What does not depend on the outcome: the expectation, and why anybody should care."""

    expected: str
    why: str

    def passed(self, found: str) -> Verdict:
        return Verdict("passed", self.expected, found, self.why)

    def failed(self, found: str, hint: str, line: int | None = None, file: str = "Dockerfile") -> Verdict:
        return Verdict("failed", self.expected, found, self.why, hint, line, file)

    def not_measured(self, reason: str, hint: str = "") -> Verdict:
        """`reason` in words, without a full stop: "the app never answered"."""
        return Verdict("skipped", self.expected, f"Not measured: {reason}", self.why, hint)
