"""Every bound that a submission runs under, in one frozen place, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one submission. A lab may lower them in `[limits]`, never raise them above `CEILING`."""

    build_seconds: int = 120  # a lab's build takes seconds; two minutes let a slow machine finish
    experiment_seconds: int = 60  # starting and probing; a clean app answers within one second
    log_bytes: int = 2 * MB  # all output of one build; then it is stopped and says so (BuildKit would clip at 4)
    build_memory_mb: int = 1024  # installing packages needs about 200 MB, compiling C a few hundred
    build_pids: int = 512  # `make -j` and pip stay below 100
    build_cpus: float = 2.0
    disk_mb: int = 3072  # size of a slot's data root; the base images take a third of it
    run_memory_mb: int = 256
    run_pids: int = 128
    run_cpus: float = 1.0
    image_mb: int = 1536  # a final image larger than this is refused before it is started
    # Until the app answers its `ready` path. A lab's app takes 0.2 s, and on a machine that others use has taken 6.
    start_seconds: float = 10.0
    stop_seconds: float = 3.0  # from the stop signal to the kill

    def at(self, pace: float) -> Limits:
        """The same bounds with the times of a machine that is `pace` times slower than usual."""
        return replace(
            self,
            build_seconds=round(self.build_seconds * pace),
            experiment_seconds=round(self.experiment_seconds * pace),
            start_seconds=self.start_seconds * pace,
            stop_seconds=self.stop_seconds * pace,
        )


DEFAULT = Limits()
CEILING = Limits(build_seconds=300, experiment_seconds=120, build_memory_mb=2048, run_memory_mb=512, start_seconds=30.0)

# A learner's text file: the largest real Dockerfiles are below 20 KB.
FILE_BYTES = 64 * 1024
