"""How an experiment says, inside the sandbox only, that it was stopped. Never leaves `session.run_plan`."""

from __future__ import annotations

from sandbox.facts import Fact, LimitHit, Unavailable


class LimitReached(Exception):
    """A bound stopped the submission. Becomes `Outcome.limit`; `partial` is what was measured until then."""

    def __init__(self, hit: LimitHit, partial: Fact | None = None) -> None:
        super().__init__(hit.name)
        self.hit = hit
        self.partial = partial


class NotAvailable(Exception):
    """Something is not available here. Becomes `Outcome.unavailable`."""

    def __init__(self, what: Unavailable, partial: Fact | None = None) -> None:
        super().__init__(what.message)
        self.what = what
        self.partial = partial
