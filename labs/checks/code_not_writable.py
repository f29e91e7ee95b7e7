"""`code-not-writable`: the running app may neither change its own source files nor swap them for others."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.facts import PathAccess, WriteAccess

CLAIM = Claim(
    expected="The app's user can neither change nor replace the app's code, or what runs it",
    why=("Whoever breaks into an app that may rewrite itself stays: their code is what runs after the next start."),
)
HINT = (
    "Who owns the code, and who its directory? `COPY` makes files that belong to root and all may read, "
    "which is enough to run them. `--chown` and `chown -R` belong on the data, not on the code."
)
REST = (
    "Who owns these files, and which directories on the way to them? They run the app, or decide who is root. Only "
    "the data has to belong to the app's user."
)
NOT_FOUND = "Is the lab's source copied unchanged? We look for its files by content, under any name."


def run(access: WriteAccess, context: Context) -> Verdict:
    # Nothing found is nothing measured: an altered copy must not pass, and it may be as safe as the original.
    open_to_app = [path for path in access.code if path.writable or path.replaceable]
    if open_to_app or access.rest:
        hint = HINT if open_to_app else REST
        return CLAIM.failed(listed(_words(path, access.uid) for path in (*open_to_app, *access.rest)), hint)
    if not access.code:
        names = listed((code(name) for name in context.experiment.code), ", ")
        return CLAIM.not_measured(f"{names} could not be found in the running container", NOT_FOUND)
    paths = listed((code(path.path) for path in access.code), ", ")
    return CLAIM.passed(f"uid {access.uid} may not change {paths}")


def _words(path: PathAccess, uid: int) -> str:
    if path.writable:
        return f"uid {uid} can change {code(path.path)}, at once or after a `chmod` of its own"
    return f"uid {uid} can swap {code(path.path)} for another file, because it may change a directory on the way to it"


CHECK = Check("code-not-writable", WriteAccess, run)
