"""`context-small`: the build asks for what the app needs, not for everything that lies beside it."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from sandbox.facts import Build

MOST = 0.1  # of what lies there; in this sandbox that is mostly a dump nobody needs
CLAIM = Claim(
    expected=f"At most {MOST:.0%} of the files beside the Dockerfile are sent to the builder",
    why="What is sent is sent at every build, to a builder that may be far away, and is one `COPY . .` from the image.",
)
HINT = (
    "Which files does the app need? Name what should stay behind in `.dockerignore`, or copy by name: the builder asks "
    "only for what a line of yours copies."
)


def run(build: Build, context: Context) -> Verdict:
    if not build.context_size:
        return CLAIM.not_measured("there was nothing beside the Dockerfile")
    # A builder that asked for nothing says nothing.
    sent = build.context_sent or 0
    found = f"{sent / 1e6:.1f} of {build.context_size / 1e6:.1f} MB were sent"
    return CLAIM.failed(found, HINT) if sent > MOST * build.context_size else CLAIM.passed(found)


CHECK = Check("context-small", Build, run)
