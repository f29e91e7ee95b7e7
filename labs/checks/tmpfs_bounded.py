"""`tmpfs-bounded`: what lies in memory has a size that it cannot grow past."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.composefacts import ComposeMounts, Seen
from sandbox.limits import MB

WHY = "A tmpfs is memory: without a size, one loop that fills /tmp takes it from everything else on the machine."
HINT = "How much does the app ever keep there? Say so: `/tmp:size=16m`, or `tmpfs: size:` in the long syntax."


def run(mounts: ComposeMounts, context: Context) -> Verdict:
    most = context.limits.run_memory_mb
    claim = Claim(f"Every writable tmpfs has a size, of at most {most} MB", WHY)
    scratch = [one for one in mounts.mounts if one.kind == "tmpfs" and not one.read_only]
    loose = [one for one in scratch if one.size is None or one.size > most * MB]
    if loose:
        line = mounts.tmpfs_line or mounts.volumes_line or mounts.line
        return claim.failed(listed(map(_sized, loose)), HINT, line, "compose.yaml")
    return claim.passed(listed(map(_sized, scratch)) or "There is no tmpfs")


def _sized(mount: Seen) -> str:
    size = "no size" if mount.size is None else f"{mount.size / MB:,.0f} MB"
    return f"{code(mount.path)}: {size}"


CHECK = Check("tmpfs-bounded", ComposeMounts, run)
