"""All parts in their order. A part that cannot be measured does not keep the others from it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

import requests

from bench import catalogue, grading, pages, paint, platform, siblings, web
from bench.errors import NotMeasured
from bench.table import Row
from labs import running
from sandbox.engine.cgroups import Group
from sandbox.engine.home import home
from sandbox.engine.paths import layout
from sandbox.errors import SandboxError

T = TypeVar("T")
PARTS = ("build", "run")  # of a slot: what learners' own processes are in


@dataclass(slots=True)
class Bench:
    """`rows` that were measured, and in words what was not."""

    rounds: int
    submissions: int
    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def run(self) -> None:
        self._rows("queries_per_page", pages.queries)
        with ExitStack() as stack:
            found = self._part("the platform", lambda: stack.enter_context(platform.running()))
            control = self._part("the sandbox", lambda: stack.enter_context(running.supervisor()))
            if control is not None:
                self._rows("grade_vs_raw", lambda: grading.measure(control, self.rounds, say))
                self._rows("lab_vs_raw", lambda: catalogue.measure(control, self.rounds, say))
                self._rows("sibling_slowed", lambda: siblings.measure(control, self.rounds, say))
            if found is not None:
                self._rows("paint_vs_plain_file", lambda: paint.measure(found.url))
                self._web(found)

    def _web(self, found: platform.Platform) -> None:
        session = self._part("signing in", lambda: web.sign_in(found))
        if session is None:
            return
        told = self._part("submit_to_grade", lambda: web.measure(found.url, session, self.submissions, say))
        if told is None:
            return
        self.rows += told[0]
        self._rows("cancel_to_no_process_ms", lambda: web.cancelled(found.url, session, _processes))
        cookies = {str(cookie.name): str(cookie.value) for cookie in session.cookies}
        self._rows("page_vs_empty_view", lambda: pages.latencies(found.url, cookies, told[1]))

    def _rows(self, name: str, measure: Callable[[], Sequence[Row]]) -> None:
        self.rows += self._part(name, measure) or ()

    def _part(self, name: str, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except (NotMeasured, SandboxError, requests.RequestException) as error:
            self.missing.append(f"{name}: {error}")
            say(f"not measured: {self.missing[-1]}")
            return None


def _processes() -> int:
    """Processes in the builds and containers of every slot of this installation."""
    slots = (
        Group(f"{home(layout().name).path}/{slot.name}/{part}")
        for slot in layout().slots.glob("slot*")
        for part in PARTS
    )
    return sum(len(group.processes()) for group in slots)


def say(text: str) -> None:
    print(f"  bench  {text}", file=sys.stderr, flush=True)
