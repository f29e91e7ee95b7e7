from __future__ import annotations

import pytest

from labs.checks.base import Verdict
from labs.checks.passwords_bcrypt import run
from sandbox.registryfacts import StoredPassword
from tests.labs.facts import context
from tests.labs.registries import READER, STORED, WRITER, registry


def judged(*passwords: StoredPassword) -> Verdict:
    return run(registry(passwords=passwords), context(reader=READER, writer=WRITER, passwords=("htpasswd",)))


def test_bcrypt_alone_passes() -> None:
    verdict = judged(*STORED)
    assert (verdict.status, verdict.found) == ("passed", "2 lines, all bcrypt, cost 5 or more")


@pytest.mark.parametrize(
    ("scheme", "cost", "words"), [("apr1", None, "apr1"), ("bcrypt", 4, "cost 4"), ("plain", None, "no hash")]
)
def test_a_weak_line_fails_with_its_place(scheme: str, cost: int | None, words: str) -> None:
    verdict = judged(*STORED, StoredPassword("writers", 7, "writer", scheme, cost))
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 7, "writers")
    assert words in verdict.found


def test_a_user_without_a_line_fails() -> None:
    assert "`writer`" in judged(STORED[0]).found
