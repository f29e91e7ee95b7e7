"""`reader-cannot-push`: who may read can pull, and changes nothing."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.registries import judged
from sandbox.registryfacts import Registry

CLAIM = Claim(
    expected="The reader logs in and pulls; uploads, tags, mounts and deletions are refused, at every port",
    why="Most who pull never push: a stolen password of theirs must not be enough to replace what runs in production.",
)
HINT = (
    "Which methods change a registry? `limit_except GET HEAD` holds for all others. A refusal there "
    "can depend on a second password file, or on the name that logged in."
)


def run(fact: Registry, context: Context) -> Verdict:
    return judged(CLAIM, fact, ("reader",), HINT)


CHECK = Check("reader-cannot-push", Registry, run)
