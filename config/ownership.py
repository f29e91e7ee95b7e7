"""Folders and files with the owners that the confined services need. Standard library only."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from pathlib import Path

from config.services import DATA_GID, REDIS, WEB, WORKER, Place

ROLES = {"instructor": "instructor", "ada": "learner", "linus": "learner"}


def prepare(place: Place) -> None:
    """Folders with the owners that the confined services need."""
    var = place.layout.var
    for name, uid in (("db", WEB), ("worker", WORKER)):
        (var / name).mkdir(parents=True, exist_ok=True)
        _own(var / name, uid, 0o2770)
    shutil.rmtree(place.runtime, ignore_errors=True)
    place.runtime.mkdir(parents=True)
    _own(place.runtime, REDIS, 0o2775)
    database = var / "db" / place.database
    if place.trial:
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
    # SQLite makes files that only their owner may write, and gives a journal the rights of its database.
    database.touch()
    _own(database, WEB, 0o660)
    secret = var / "secret_key"
    if not secret.exists():
        secret.touch(0o640)
        secret.write_text(secrets.token_urlsafe(48))
    _own(secret, 0, 0o640)


def _own(path: Path, uid: int, mode: int) -> None:
    if os.geteuid() == 0:
        os.chown(path, uid, DATA_GID)
        for inner in path.iterdir() if path.is_dir() else ():
            os.chown(inner, -1, DATA_GID)  # made by a command that root ran here
            inner.chmod(0o660)
        path.chmod(mode)


def write_private(file: Path, content: object) -> None:
    draft = file.with_suffix(".new")
    draft.touch(0o600)
    draft.write_text(json.dumps(content, indent=1))
    draft.rename(file)


def accounts_of(place: Place) -> list[dict[str, str]]:
    """The demo accounts of an earlier start, else new ones with random passwords."""
    if place.accounts.exists() and not place.trial:
        accounts: list[dict[str, str]] = json.loads(place.accounts.read_text())["accounts"]
        return accounts
    return [{"role": r, "username": n, "password": secrets.token_urlsafe(9)} for n, r in ROLES.items()]
