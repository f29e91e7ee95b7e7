"""`only-web-published`: the machine opens a port for `web`, and for no other service."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.reaching import FILE
from sandbox.composefacts import Matrix, Opened

CLAIM = Claim(
    expected="A port of `web` is published, and no other service's",
    why="A published port is open to whoever reaches the machine, past every network of the project.",
)
CLOSE = "Who has to reach this service? Services of one network need no `ports` to reach each other: remove them."
OPEN = (
    "How would a browser on this machine reach `web`? `ports` opens `HOST:CONTAINER`; a service that has internal "
    "networks only cannot be published, whatever its `ports` say."
)


def run(matrix: Matrix, context: Context) -> Verdict:
    others = [one for one in matrix.opened if one.service != "web"]
    if others:
        line = matrix.line(f"{others[0].service}.ports", others[0].service)
        return CLAIM.failed(listed(map(_port, others)), CLOSE, line, FILE)
    own = [one for one in matrix.opened if one.service == "web"]
    if not any(one.reach == "open" for one in own):
        found = listed(map(_port, own)) if own else "No port of `web` is published"
        return CLAIM.failed(found, OPEN, matrix.line("web.ports", "web"), FILE)
    return CLAIM.passed(listed(map(_port, own)))


def _port(opened: Opened) -> str:
    port = opened.port
    said = "answers" if opened.reach == "open" else "does not answer"
    return f"port {port.host_port} of the machine leads to {code(opened.service)} port {port.port} and {said}"


CHECK = Check("only-web-published", Matrix, run)
