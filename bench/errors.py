"""What keeps a figure from being measured. It is never turned into a figure."""

from __future__ import annotations


class NotMeasured(Exception):
    """One part of the benchmark could not be measured; the sentence says why."""
