"""`manage.py doctor`: what this installation has, what is missing, what to do. One small function per question."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import redis as redis_client
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import machine
from config.answers import Answer
from config.services import Place
from labs import gate
from sandbox import door, start
from sandbox.engine.paths import layout

START = "Start Slipway with `make run`, or the services with `docker compose up`."


def examine() -> list[Answer]:
    """Ask everything. A question that fails is an answer too: the others are asked all the same."""
    return [_asked(question) for question in (*machine.QUESTIONS, *QUESTIONS)]


def labs_can_open(answers: Sequence[Answer]) -> bool:
    return all(answer.ok is not False for answer in answers)


def _asked(question: Callable[[], Answer]) -> Answer:
    name = question.__name__.replace("_", " ").capitalize()
    try:
        return question()
    except PermissionError as error:
        return Answer(name, f"{error.filename or 'it'} cannot be read by this user; ask again as root")
    except (OSError, ValueError, KeyError) as error:
        return Answer(name, f"could not be asked: {error!r}")


def images() -> Answer:
    stock = layout(settings.VAR).stock
    if not stock.exists():
        return Answer("Images", machine.not_made("`make run` makes them"))
    found = json.loads(stock.read_text())["images"]
    return Answer("Images", f"{len(found)}: {', '.join(sorted(found))}")


def opening() -> Answer:
    """What the runner wrote last: how far the start is, or why it stopped."""
    now = start.read(settings.VAR)
    if now is None:
        return Answer("Start", "no runner has written anything here")
    if now.stage == start.FAILED:
        return Answer("Start", f"{now.finding} {now.detail}".strip(), ok=False, todo=now.todo)
    return Answer("Start", now.stage if not now.total else f"{now.stage}, {now.done} of {now.total}")


def slots() -> Answer:
    path: Path = settings.SANDBOX_SOCKET
    if not path.exists():
        # Embedded, the next `make run` starts it; a container's sandbox ought to be there.
        return Answer("Slots", "the sandbox does not run now", False if machine.in_container() else None, START)
    if not os.access(path, os.W_OK):
        return Answer("Slots", "the sandbox runs; this user may not ask it")
    status = door.status(path)
    if status is None:
        return Answer("Slots", "the sandbox does not answer", ok=False, todo="Read var/log/sandbox.log.")
    states = ", ".join(f"{slot['name']} {slot['state']}" for slot in status["slots"])
    broken = bool(status["slots"]) and all(slot["state"] == "broken" for slot in status["slots"])
    return Answer("Slots", states or "none", not broken, "Read var/log/sandbox.log." if broken else "")


def attacks() -> Answer:
    try:
        proof = gate.current()
    except DatabaseError as error:
        return Answer("Attacks", f"no report can be read: {_short(error)}")
    if proof is None or proof.tried_at is None:
        return Answer("Attacks", "not tried yet; they run before labs open")
    report = type(proof).objects.get(pk=proof.pk).report
    said = f"{report.get('contained')} of {report.get('total')} contained on {proof.tried_at:%d %B %Y, %H:%M} UTC"
    todo = "" if proof.holds else "Read the report on the page /sandbox/, or run `manage.py sandbox test`."
    return Answer("Attacks", said, proof.holds, todo)


def redis() -> Answer:
    url = settings.REDIS_URL
    if "SLIPWAY_REDIS_URL" not in os.environ and not machine.in_container():
        url = f"unix://{Place(layout(settings.VAR)).redis}"  # where the runner starts the embedded one
    path = url.removeprefix("unix://").partition("?")[0]
    if url.startswith("unix://") and not Path(path).exists():
        return Answer("Redis", "does not run now; the runner starts it with the sandbox", None, START)
    try:
        with redis_client.Redis.from_url(url, socket_timeout=2, retry=Retry(NoBackoff(), 0)) as client:
            version = client.info("server")
    except redis_client.RedisError as error:
        denied = isinstance(error.__cause__, PermissionError)
        return Answer("Redis", f"does not answer: {_short(error)}", None if denied else False, "" if denied else START)
    name = version.get("server_name", "redis")
    return Answer("Redis", f"answers: {name} {version.get(f'{name}_version', version['redis_version'])}", ok=True)


def database() -> Answer:
    name = f"{connection.vendor} {settings.DATABASES['default']['NAME']}"
    try:
        waiting = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    except DatabaseError as error:
        embedded = connection.vendor == "sqlite"  # made by the runner, and closed to other users
        todo = "" if embedded else "Check SLIPWAY_DATABASE_URL and the database server."
        return Answer("Database", f"{name} cannot be opened: {_short(error)}", None if embedded else False, todo)
    if waiting:
        return Answer("Database", f"{name}, {len(waiting)} migrations to make", None, START)
    return Answer("Database", f"{name}, up to date", ok=True)


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__


QUESTIONS: tuple[Callable[[], Answer], ...] = (images, opening, slots, attacks, redis, database)
