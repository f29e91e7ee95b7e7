"""An author's slip in a lab's folder. Found when the lab is loaded, never while somebody is being graded."""

from __future__ import annotations


class SpecError(Exception):
    """Names the file, the key in it, and the fix."""

    def __init__(self, file: str, key: str, fix: str) -> None:
        self.file, self.key, self.fix = file, key, fix
        super().__init__(f"{file}: {key}: {fix}" if key else f"{file}: {fix}")
