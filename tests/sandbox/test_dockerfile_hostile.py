"""The largest files that a learner may send, made to be slow to read."""

from __future__ import annotations

import time

import pytest

from sandbox.dockerfile import parse, reachable, references
from sandbox.limits import FILE_BYTES

HOSTILE = {
    "instructions": "RUN a\n",
    "blank lines": "\n",
    "comments": "#\n",
    "continuations": "\\\n",
    "flags": "--a ",
    "onbuild": "ONBUILD ",
    "spaces before nothing": " ",
    "brackets": "[",
    "heredocs": "<<a ",
    "closed heredocs": "RUN <<a\na\n",
    "nested variables": "${a:-",
    "quotes": "'",
    "words": "ENV a=b ",
    "doubling": "ARG a=$a$a\nFROM $a\n",
    "patterns": "ARG a=${a##*a*b}aaaa\n",
    "stages": "FROM a\n",
    "directive": "# syntax =    ",
    "flags in quotes": "--a='b' ",
    "bytes that are spaces": "--à",
    "pairs of heredocs": "RUN <<a <<b\na\nb\n",
    "unknown instructions": "A\n",
    "mounts": "RUN --mount=from=b,target=/a a\n",
    "replacements": "ARG a=aaaaaaaaaaaaaaaaaa${a//*a/b}\n",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("head", ["", "FROM a\nRUN <<x ", "FROM a\nENV ", 'FROM a\nCMD ["'])
def test_the_largest_hostile_file_is_read_at_once(unit: str, head: str) -> None:
    """Twice the text may take about twice the time: a square or worse would take four times."""
    half, full = (parse_seconds((head + unit * size)[:size]) for size in (FILE_BYTES // 2, FILE_BYTES))
    assert full < max(0.5, 3.5 * half)


def test_many_copies_from_many_stages_are_followed_at_once() -> None:
    half, full = (parse_seconds("FROM a AS b\n" * n + "COPY --from=q a b\n" * n) for n in (1000, 2000))
    assert full < max(0.5, 3.5 * half)


def parse_seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        begun = time.process_time()
        parsed = parse(text)
        references(parsed)
        reachable(parsed)
        best = min(best, time.process_time() - begun)
    return best
