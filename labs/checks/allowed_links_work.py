"""`allowed-links-work`: the connections that the brief names are made, from within the networks of those who ask."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.reaching import FILE, link
from sandbox.composefacts import Link, Matrix

WHY = "A network that separates everything is of no use: the rule is who may talk, not that nobody does."
HINT = (
    "Which network do these two have in common? Two services reach each other when at least one network lists both; "
    "the world outside is reached through a network that is not `internal`."
)


def run(matrix: Matrix, context: Context) -> Verdict:
    pairs = [tuple(text.split(">")) for text in context.experiment.allowed]
    claim = Claim(f"Connections are made: {', '.join(f'{a} → {b}' for a, b in pairs)}", WHY)
    running = {one.name for one in matrix.services if one.state == "running"}
    for source, target in pairs:
        for name in (source, target):
            if name != "outside" and name not in running:
                return claim.failed(f"No service called {code(name)} runs", HINT, matrix.line(name), FILE)
    links: list[Link] = [found for a, b in pairs if (found := matrix.reach(a, b)) is not None]
    broken = [one for one in links if one.reach != "open"]
    if broken:
        first = broken[0]
        line = matrix.line(f"{first.source}.networks", f"{first.source}.network_mode", first.source)
        return claim.failed(listed(map(link, broken)), HINT, line, FILE)
    return claim.passed(listed(map(link, links)))


CHECK = Check("allowed-links-work", Matrix, run)
