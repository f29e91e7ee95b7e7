"""`no-anonymous-volumes`: every volume of the project has a name by which somebody finds it again."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.composefacts import ComposeUp

CLAIM = Claim(
    expected="Every volume that the containers have is named in the file",
    why="A volume without a name stays behind when its container goes, and the next container gets a new, empty one.",
)
HINT = (
    "Which mount here has a path and no source? Write `NAME:PATH`, and list the name under `volumes` at the end of the "
    "file. An image's own `VOLUME` is covered by a mount at the same path."
)


def run(up: ComposeUp, context: Context) -> Verdict:
    nameless = [(one, mount) for one in up.services for mount in one.mounts if mount.anonymous]
    if nameless:
        found = listed(
            f"{code(mount.target)} of {code(one.name)} is a volume without a name" for one, mount in nameless
        )
        return CLAIM.failed(found, HINT, nameless[0][0].line, "compose.yaml")
    names = listed(code(m.source) for one in up.services for m in one.mounts if m.kind == "volume")
    return CLAIM.passed(f"Volumes: {names or 'none'}")


CHECK = Check("no-anonymous-volumes", ComposeUp, run)
