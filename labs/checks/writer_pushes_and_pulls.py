"""`writer-pushes-and-pulls`: who may write can push a real image and pull it by tag and by digest."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.registries import judged
from sandbox.registryfacts import Registry

CLAIM = Claim(
    expected="The writer pushes an image with a layer of 1.5 MB, pulls it by tag and digest, and finds it listed",
    why="A registry that nobody can use is replaced by somebody's laptop.",
)
HINT = (
    "What did the failing step answer? 413 is nginx's: how large may a body be? An upload goes on at the address that "
    "the registry names, and it only knows its own name when the proxy hands on `Host`. A 404 or 502 comes from a path "
    "or a name that does not fit."
)


def run(fact: Registry, context: Context) -> Verdict:
    return judged(CLAIM, fact, ("writer",), HINT)


CHECK = Check("writer-pushes-and-pulls", Registry, run)
