"""`web-cannot-reach-db`: no connection between the two, either way, nor through a service that hands it on."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.reaching import FILE, link
from sandbox.composefacts import Matrix, Relay

CLAIM = Claim(
    expected="`web` and `db` do not reach each other",
    why="Whoever takes over the service that faces the world should not be one connection away from the data.",
)
HINT = (
    "Which network lists both `web` and `db`? A service without `networks` joins `default`, together with all others "
    "that have none; `network_mode: service:…` shares every network of the other."
)
THROUGH = (
    "What does this service do with what `web` sends it? One that hands every connection on to `db` joins the two as a "
    "shared network would; `web` needs the api's own answers only."
)


def run(matrix: Matrix, context: Context) -> Verdict:
    tried = [one for one in matrix.links if {one.source, one.target} == {"web", "db"}]
    if len({one.source for one in tried}) < 2:
        return CLAIM.not_measured("`web` and `db` have to run both")
    reached = [one for one in tried if one.reached]
    if reached:
        line = matrix.line("web.networks", "web.network_mode", "db.networks", "web")
        return CLAIM.failed(listed(map(link, reached)), HINT, line, FILE)
    relays = [one for one in matrix.relays if (one.source, one.target) == ("web", "db")]
    if relays:
        line = matrix.line(f"{relays[0].through}.networks", relays[0].through)
        return CLAIM.failed(listed(map(_relay, relays)), THROUGH, line, FILE)
    return CLAIM.passed(listed(map(link, tried)))


def _relay(seen: Relay) -> str:
    return f"`web` → {code(seen.through)} port {seen.port}: answered as `db` does, with the notes that it keeps"


CHECK = Check("web-cannot-reach-db", Matrix, run)
