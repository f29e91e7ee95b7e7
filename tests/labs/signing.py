"""What the `signing` experiment would report, for the tests of its checks."""

from __future__ import annotations

from sandbox.scriptfacts import Ran
from sandbox.signfacts import Named, Signed, Signing, Verified

DIGEST = "registry:5000/shop@sha256:" + "1" * 64


def ran(exit_code: int | None = 0, stderr: str = "", limit: str = "") -> Ran:
    return Ran(exit_code, "", stderr, 0.8, limit)


def verified(case: str, exit_code: int | None = 1, names: Named = "nothing", printed: str = "", **how: str) -> Verified:
    return Verified(case, ran(exit_code, **how), printed, names)


def signing(*cases: Verified, right: bool = True, others: int = 0, sign: Ran | None = None) -> Signing:
    return Signing("sign.sh", "verify.sh", Signed(sign or ran(), right, others), cases)
