"""What a learner's file may refer to beside itself: the project's files, and the images that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.compose.nodes import Wrong


def _none(name: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Given:
    """`image` says what a name stands for (a tag or an id that the engine has), or None: it is not there."""

    files: Mapping[str, str] = field(default_factory=dict)  # the project's folder, by relative path
    image: Callable[[str], str | None] = _none
    there: tuple[str, ...] = ()  # names of images, for people
    builds: bool = False  # the learner's Dockerfile is built, so that `build` means something

    def text(self, path: str, line: int) -> str:
        """One of the project's files. Wrong: there is none of that name."""
        name = path.removeprefix("./")
        if name not in self.files:
            there = ", ".join(sorted(self.files)) or "none"
            raise Wrong(f"The project has no file “{path[:60]}”; there are {there}.", line)
        return self.files[name]
