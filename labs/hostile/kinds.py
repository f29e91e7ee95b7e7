"""Every kind of attack, by `via`."""

from __future__ import annotations

from collections.abc import Mapping

from labs.hostile.form import form
from labs.hostile.page import page
from labs.hostile.queue import queue
from labs.hostile.submission import submission
from sandbox.hostile import kinds
from sandbox.hostile.kinds import Kind

KINDS: Mapping[str, Kind] = {**kinds.KINDS, "submission": submission, "form": form, "page": page, "queue": queue}
