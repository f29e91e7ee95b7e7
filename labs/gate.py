"""Submissions are taken only where attacks were tried and contained, on exactly the sandbox that runs now.

A row a configuration, by its fingerprint. Workers and the command line say which one they see; the web, which may not
ask the supervisor itself, reads the row that was seen last.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db.models.functions import Now

from labs.models import SandboxProof
from sandbox import door

UNTRIED = "The sandbox has not been tried on this machine yet, as it is set up now."
NOT_CONTAINED = "An attack on this sandbox was not contained, so it is closed until its operator has looked."


def seen(fingerprint: str) -> bool:
    """This configuration runs now. True: it is proven, and may be given work."""
    proof = current()
    if proof is None or proof.fingerprint != fingerprint:
        row, _ = SandboxProof.objects.update_or_create(fingerprint=fingerprint, defaults={"seen_at": Now()})
        return row.holds
    return proof.holds


def look(control: Path) -> str:
    """The fingerprint of the sandbox behind this control socket, noted as seen; "" when nobody answers."""
    status = door.status(control)
    fingerprint = str(status["fingerprint"]) if status else ""
    if fingerprint:
        seen(fingerprint)
    return fingerprint


def current() -> SandboxProof | None:
    """The configuration that was seen last."""
    return SandboxProof.objects.defer("report").order_by("-seen_at", "-pk").first()


def why_closed() -> str:
    """One sentence, or "" when the running configuration is proven."""
    proof = current()
    if proof is None or proof.tried_at is None:
        return UNTRIED
    return "" if proof.holds else NOT_CONTAINED


def store(report: Mapping[str, Any], *, whole: bool, part: bool = False) -> None:
    """Keep a report as `sandbox.hostile.results.as_json` makes it.

    A part of the corpus (`part`) proves nothing, but can show that something does not hold. A report on the whole is
    not replaced by one on the core, as long as both say the same.
    """
    fingerprint, holds = report["fingerprint"], report["total"] == report["contained"] > 0
    seen(fingerprint)
    row = SandboxProof.objects.get(fingerprint=fingerprint)
    if part and holds:
        return
    if row.whole and not whole and row.holds == holds:
        return
    SandboxProof.objects.filter(pk=row.pk).update(
        tried_at=Now(), holds=holds, whole=whole and not part, report=dict(report)
    )
