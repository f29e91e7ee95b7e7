"""An author's slip in a lab's folder. Found when the lab is loaded, never while somebody is being graded."""

from __future__ import annotations


class SpecError(Exception):
    """Names the file, its line where it is known, the key in it, and the fix."""

    def __init__(self, file: str, key: str, fix: str, *, slug: str = "", line: int | None = None) -> None:
        self.file, self.key, self.fix, self.slug, self.line = file, key, fix, slug, line
        place = f"{slug}/{file}" if slug else file
        super().__init__(": ".join(filter(None, (f"{place}:{line}" if line else place, key, fix))))

    def placed(self, slug: str, line: int | None) -> SpecError:
        """The same slip with the lab's folder and the line."""
        return SpecError(self.file, self.key, self.fix, slug=slug, line=line)
