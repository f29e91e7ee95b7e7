"""Submissions as a browser makes them: through the real web server, Redis and a worker, followed live."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests

from bench.errors import NotMeasured
from bench.grading import solution
from bench.platform import Platform
from bench.table import Row, at_most, percentile, plain
from labs import specs

SLUG = "non-root"
FIRST_EVENT_MS = 150.0
CANCEL_MS = 5000.0
CANCELS = 5
WAIT_SECONDS = 120.0  # for one submission; it takes about two
PAGE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Told:
    """Milliseconds from the press of the button until each was there."""

    first_event: float  # the page knows where the submission stands
    worker: float  # the page shows that a worker has it
    grade: float  # the result's page has been loaded


def sign_in(platform: Platform) -> requests.Session:
    """A signed-in session that keeps its connection."""
    session = requests.Session()
    session.trust_env = False  # a proxy of the machine's has no place between us
    page = f"{platform.url}/accounts/login/"
    session.get(page, timeout=PAGE_SECONDS).raise_for_status()
    fields = {"username": platform.username, "password": platform.password, **_token(session)}
    answer = session.post(page, fields, timeout=PAGE_SECONDS, allow_redirects=False)
    if answer.status_code != 302:
        raise NotMeasured(f"signing in answered {answer.status_code}")
    return session


def measure(url: str, session: requests.Session, count: int, say: Callable[[str], None]) -> tuple[list[Row], str]:
    """(rows, path of a graded submission's page). One is sent first and not counted: processes warm up with it."""
    told, path = [], ""
    for number in range(count + 1):
        one, path = _submit(url, session)
        told += [one] if number else []
        say(f"submission {number} of {count}: first event {one.first_event:.0f} ms, grade {one.grade:.0f} ms")
    firsts = [one.first_event for one in told]
    rows = [
        at_most("submit_to_first_event_ms", percentile(firsts, 95), "ms", FIRST_EVENT_MS),
        plain("submit_to_first_event_ms:median", statistics.median(firsts), "ms"),
        plain("submit_to_worker_ms", statistics.median(one.worker for one in told), "ms"),
        plain("submit_to_grade_ms", statistics.median(one.grade for one in told), "ms"),
    ]
    return rows, path


def cancelled(url: str, session: requests.Session, processes: Callable[[], int]) -> list[Row]:
    """From the press of the button until no process of the submission is left, as `processes` counts them."""
    took = [_cancel(url, session, processes) for _ in range(CANCELS)]
    return [at_most("cancel_to_no_process_ms", max(took), "ms", CANCEL_MS)]


def _cancel(url: str, session: requests.Session, processes: Callable[[], int]) -> float:
    texts = {"Dockerfile": "FROM debian:12-slim\nRUN sh -c 'sleep 300 & sleep 300 & wait'\n"}
    fields = {f"file:{name}": text for name, text in texts.items()} | _token(session)
    answer = session.post(f"{url}/labs/{SLUG}/submit", fields, timeout=PAGE_SECONDS, allow_redirects=False)
    path = answer.headers["Location"]
    _until(lambda: processes() >= 2, "a build that sleeps had no process")
    begun = time.monotonic()
    session.post(f"{url}{path}cancel", _token(session), timeout=PAGE_SECONDS).raise_for_status()
    _until(lambda: processes() == 0, "a cancelled build went on")
    return (time.monotonic() - begun) * 1000


def _until(true: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise NotMeasured(otherwise)
        time.sleep(0.005)


def _submit(url: str, session: requests.Session) -> tuple[Told, str]:
    """As a browser does: send the form, load the page it leads to, follow its events, load the result."""
    texts = solution(specs.catalogue()[SLUG])[1]
    fields = {f"file:{name}": text for name, text in texts.items()} | _token(session)
    begun = time.monotonic()
    answer = session.post(f"{url}/labs/{SLUG}/submit", fields, timeout=PAGE_SECONDS, allow_redirects=False)
    if answer.status_code != 302:
        raise NotMeasured(f"submitting answered {answer.status_code}")
    path = answer.headers["Location"]
    session.get(url + path, timeout=PAGE_SECONDS).raise_for_status()
    first = worker = 0.0
    for name, data in _events(session, f"{url}{path}events"):
        now = (time.monotonic() - begun) * 1000
        if name == "live":
            first = first or now
            worker = worker or (now if 'class="pulse"' in data else 0.0)
    if not first or not worker:
        raise NotMeasured("a submission ended before its page had heard of it")
    result = session.get(url + path, timeout=PAGE_SECONDS)
    grade = (time.monotonic() - begun) * 1000
    if 'class="pulse"' in result.text or "sse-connect" in result.text:
        raise NotMeasured("the events of a submission ended, and its page shows no result")
    return Told(first, worker, grade), path


def _events(session: requests.Session, address: str) -> Iterator[tuple[str, str]]:
    """(name, data) of each event until the stream's own end."""
    deadline = time.monotonic() + WAIT_SECONDS
    rest = ""
    headers = {"Accept": "text/event-stream"}
    with session.get(address, headers=headers, stream=True, timeout=PAGE_SECONDS) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_content(None):
            *messages, rest = (rest + chunk.decode()).split("\n\n")
            for message in messages:
                fields = [line.partition(": ")[::2] for line in message.splitlines()]
                name = next((value for key, value in fields if key == "event"), "")
                if name == "end":
                    return
                yield name, "\n".join(value for key, value in fields if key == "data")
            if time.monotonic() > deadline:
                raise NotMeasured(f"a submission was not graded within {WAIT_SECONDS:.0f} s")
    raise NotMeasured("a submission's events broke off")


def _token(session: requests.Session) -> dict[str, str]:
    return {"csrfmiddlewaretoken": str(session.cookies["csrftoken"])}
