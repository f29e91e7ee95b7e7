"""What the `health` experiment measured; in every other way as `sandbox.facts` says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of the learner's health check, as the engine logged it."""

    exit_code: int  # -1: it was ended when its time was over
    output: str  # bounded, cleaned


@dataclass(frozen=True, slots=True)
class Broken:
    """The app broken in one way, and mended. A state counts with a run of the check that began after the change."""

    fault: str  # refuse, error, hang, stall
    unhealthy: bool
    unhealthy_seconds: float  # from the break
    trial: Trial | None  # the newest run of the check meanwhile
    recovered: bool = False
    recovered_seconds: float = 0.0  # from the mending
    mended_trial: Trial | None = None
    exit_code: int | None = None  # not None: the container ended meanwhile, and nothing was tried after it


@dataclass(frozen=True, slots=True)
class Health:
    """`kind = "health"`: the app run with its own health check, more often, then broken from outside and mended."""

    test: tuple[str, ...]  # as the image declares it: ("CMD-SHELL", "curl …"); () or ("NONE",): there is none
    interval: float  # these four as declared, with the engine's defaults filled in
    timeout: float
    start_period: float
    retries: int
    answered: bool  # the ready path said 2xx, so that there was something to break
    healthy: bool = False
    healthy_seconds: float = 0.0  # from the app's first answer
    trial: Trial | None = None  # the newest run of the check until then
    exit_code: int | None = None  # not None: the container ended before it was healthy
    faults: tuple[Broken, ...] = ()  # in their order, as far as the container was healthy before each
    line: int | None = None  # of the HEALTHCHECK in the final stage
