"""`passwords-bcrypt`: the password files hold bcrypt hashes, and nothing weaker."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.registries import users
from sandbox.registryfacts import Registry, StoredPassword

LOWEST_COST = 5
CLAIM = Claim(
    expected=f"Every line of the password files is a name and a bcrypt hash of cost {LOWEST_COST} or more",
    why="Files leak. Against a leaked list, MD5 and SHA-1 hold for minutes; bcrypt is slow on purpose.",
)
HINT = (
    "How does a hash begin? `$2y$` is bcrypt, with its cost behind it; `$apr1$` is MD5, `{SHA}` is SHA-1. "
    "`htpasswd -B` writes bcrypt, and so does the form on this lab's page."
)
EMPTY = "Who may log in? The file has one line for each: the name, a colon, the hash."


def run(fact: Registry, context: Context) -> Verdict:
    named = context.experiment.writer.partition(":")[0], context.experiment.reader.partition(":")[0]
    missing = [name for name in named if name not in {stored.user for stored in fact.passwords}]
    file = context.experiment.passwords[0] if context.experiment.passwords else "htpasswd"
    if missing:
        return CLAIM.failed(f"There is no line for {users(missing)}", EMPTY, file=file)
    weak = [stored for stored in fact.passwords if not _is_strong(stored)]
    if weak:
        told = "; ".join(f"{users([stored.user])} has {_kind(stored)}" for stored in weak[:5])
        return CLAIM.failed(told, HINT, weak[0].line, weak[0].file)
    return CLAIM.passed(
        f"{len(fact.passwords)} lines, all bcrypt, cost {min(s.cost or 0 for s in fact.passwords)} or more"
    )


def _is_strong(stored: StoredPassword) -> bool:
    return stored.scheme == "bcrypt" and (stored.cost or 0) >= LOWEST_COST


def _kind(stored: StoredPassword) -> str:
    if stored.scheme == "bcrypt":
        return f"bcrypt of cost {stored.cost}"
    return "no hash at all, or none that is known" if stored.scheme == "plain" else stored.scheme


CHECK = Check("passwords-bcrypt", Registry, run)
