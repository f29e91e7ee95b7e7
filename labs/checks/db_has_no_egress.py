"""`db-has-no-egress`: the database finds no way to the world outside."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.reaching import FILE, link
from sandbox.composefacts import Matrix

CLAIM = Claim(
    expected="`db` does not reach the world outside",
    why="Stolen data has to leave: a database without a way out cannot send it, and fetches nothing either.",
)
HINT = (
    "Which of the networks of `db` has a way out? One with `internal: true` has none; it is the key that counts, not "
    "the network's name, and one other network beside it is enough to get out."
)


def run(matrix: Matrix, context: Context) -> Verdict:
    tried = matrix.reach("db", "outside")
    if tried is None:
        return CLAIM.not_measured("no service called `db` runs")
    if tried.reached:
        return CLAIM.failed(link(tried), HINT, matrix.line("db.networks", "db.network_mode", "db"), FILE)
    return CLAIM.passed(link(tried))


CHECK = Check("db-has-no-egress", Matrix, run)
