"""The lab's files and the learner's named texts → a build context on disk, written whole by the platform.

Nothing is unpacked and no name comes from a learner: a context holds what the lab declares, with modes of ours. The
Dockerfile that BuildKit reads stands in a directory of its own, so that files beside it are never a learner's.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from sandbox.dockerfile import Dockerfile, drop_syntax, name_stages, parse
from sandbox.errors import SandboxError
from sandbox.limits import MB
from sandbox.plan import Edit, Experiment, Plan, fill

FILE_MODE, SCRIPT_MODE, FOLDER_MODE = 0o644, 0o755, 0o755


@dataclass(frozen=True, slots=True)
class Written:
    """Where a context and its Dockerfile are, and what the Dockerfile says."""

    context: Path
    dockerfile: Path
    parsed: Dockerfile


def write_context(plan: Plan, directory: Path) -> Written:
    """A new context below `directory`. SandboxError: the lab declares a name that leaves it."""
    written = _written(plan, for_builder(plan), directory)
    for name, text in plan.files.items():
        _write(written.context, name, text.encode(), SCRIPT_MODE if name in plan.executables else FILE_MODE)
    return written


def write_own(plan: Plan, dockerfile: str, directory: Path) -> Written:
    """The context of an image of the lab's own: nothing of the learner's is in it."""
    return _written(plan, plan.context[dockerfile].decode("utf-8"), directory)


def _written(plan: Plan, text: str, directory: Path) -> Written:
    context = _folder(directory / "context")
    for name, body in plan.context.items():
        _write(context, name, body, FILE_MODE)
    dockerfile = _folder(directory / "dockerfile") / "Dockerfile"
    dockerfile.write_text(text, "utf-8")
    return Written(context, dockerfile, parse(text))


def plant(written: Written, experiment: Experiment, values: Mapping[str, str]) -> None:
    """What an experiment adds to its context: this run's secret in a file of the lab's, and megabytes of noise."""
    if experiment.canary:
        target = written.context / experiment.canary
        _write(written.context, experiment.canary, fill(target.read_text("utf-8"), values).encode(), FILE_MODE)
    if experiment.junk:
        _write(written.context, experiment.junk, os.urandom(experiment.junk_mb * MB), FILE_MODE)


def digest(written: Written) -> str:
    """SHA-256 over every file's name and content, the Dockerfile's first."""
    content = hashlib.sha256(written.dockerfile.read_bytes())
    for path in sorted(path for path in written.context.rglob("*") if path.is_file()):
        content.update(f"\0{path.relative_to(written.context)}\0".encode() + path.read_bytes())
    return content.hexdigest()


def size(written: Written) -> int:
    """Bytes of all files of the context."""
    return sum(path.stat().st_size for path in written.context.rglob("*") if path.is_file())


def for_builder(plan: Plan) -> str:
    """The learner's Dockerfile as BuildKit gets it: no other parser asked for, each stage with a name for `--target`.

    Instructions keep their lines.
    """
    return name_stages(drop_syntax(plan.files.get("Dockerfile", "")))


def edited(original: Written, edit: Edit, values: Mapping[str, str], directory: Path) -> Written:
    """A copy of a written context with one edit; `{name}` in the edit stands for this run's value."""
    context = directory / "context"
    shutil.copytree(original.context, context)
    target = context / edit.file
    old, new, append = (fill(text, values) for text in (edit.old, edit.new, edit.append))
    body = target.read_text("utf-8")
    if old not in body:
        raise SandboxError(f"the lab edits {edit.file}, which does not hold what it replaces")
    target.write_text((body.replace(old, new, 1) if old else body) + append, "utf-8")
    return replace(original, context=context)


def _write(context: Path, name: str, body: bytes, mode: int) -> None:
    """`name` is the lab's own, and still may not lead out of the context."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts:
        raise SandboxError(f"the lab declares a file outside of its context: {name}")
    folder = context
    for part in parts[:-1]:
        folder = _folder(folder / part)
    target = folder / parts[-1]
    target.write_bytes(body)
    target.chmod(mode)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(FOLDER_MODE)  # the worker's umask must not show in a learner's image
    return path
