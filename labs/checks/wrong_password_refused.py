"""`wrong-password-refused`: a known name with a wrong password, or an unknown one, gets nothing."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.registries import judged
from sandbox.registryfacts import Registry

CLAIM = Claim(
    expected="A wrong password and an unknown name are refused, for reading and for writing",
    why="A password that is not compared is only a formality.",
)
HINT = (
    "Who compares the password with the file, and does it do so for every request? A name in a header proves nothing: "
    "`$remote_user` is set before anybody has checked it."
)


def run(fact: Registry, context: Context) -> Verdict:
    return judged(CLAIM, fact, ("wrong-password", "stranger"), HINT)


CHECK = Check("wrong-password-refused", Registry, run)
