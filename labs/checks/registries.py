"""What the checks of a registry share: who tried what, and what came of it."""

from __future__ import annotations

from labs.checks.base import Claim, Verdict
from labs.checks.describe import code, listed
from sandbox.registryfacts import Attempt, Registry, Who

FILE = "nginx.conf"
TOO_LARGE = 413


def judged(claim: Claim, fact: Registry, who: tuple[Who, ...], hint: str, file: str = FILE) -> Verdict:
    """Every attempt of theirs ended as in a right registry."""
    made = [attempt for attempt in fact.attempts if attempt.who in who]
    if not made:
        return claim.not_measured("the registry could not be asked")
    if "writer" not in who and not _lives(fact):
        return claim.not_measured("the registry did not let its writer in either")
    wrong = [attempt for attempt in made if not attempt.right]
    if wrong:
        return claim.failed(listed(map(words, wrong)), hint, file=file)
    return claim.passed(listed(map(words, made)))


def _lives(fact: Registry) -> bool:
    """It answered its writer with more than a refusal: one that refuses everybody keeps nobody out."""
    answers = [attempt.status or 0 for attempt in fact.attempts if attempt.who == "writer"]
    return any(200 <= status < 300 or status == TOO_LARGE for status in answers)


def words(attempt: Attempt) -> str:
    """push an image: status 413, a layer of 1.5 MB was not taken."""
    status = f"status {attempt.status}" if attempt.status is not None else "no answer"
    error = f", {attempt.error}" if attempt.error else ""
    who = {"wrong-password": " with a wrong password", "stranger": " as a stranger"}.get(attempt.who, "")
    return f"{attempt.what}{who}: {status}{error}"


def users(names: list[str]) -> str:
    return listed(map(code, names), ", ")
