"""Reading the environment so that a slip is heard: nonsense stops the start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes"}, {"0", "false", "no", ""}


def text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is “{value}”: write 1 or 0")
    return value.lower() in TRUE


def number(name: str, default: int, *, least: int = 0) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is “{value}”: write a whole number of at least {least}")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """A list written with commas."""
    value = os.environ.get(name)
    return default if value is None else [word.strip() for word in value.split(",") if word.strip()]


def secret(name: str, own: Path) -> str:
    """NAME, what the file NAME_FILE holds, or this installation's own random secret, made in `own`.

    There is no built-in secret, so two installations never share one; a file that cannot be read or made
    stops the start.
    """
    if value := os.environ.get(name, "").strip():
        return value
    try:
        if named := os.environ.get(f"{name}_FILE"):
            return Path(named).read_text("utf-8").strip()
        return _own(own)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} is not set, and a file cannot stand in: {error}") from error


def _own(path: Path) -> str:
    """Made under a name of this process first: of two that start at once, both read the same whole secret."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(0o600)
        draft.write_text(secrets.token_urlsafe(48), "utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other one was faster
        finally:
            draft.unlink()
    return path.read_text("utf-8").strip()
