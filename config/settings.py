"""Every setting, with its reason. What an operator may change is read from SLIPWAY_* variables."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from config import env
from sandbox.engine.paths import layout

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("SLIPWAY_VAR", str(BASE_DIR / "var")))

SECRET_KEY = env.secret("SLIPWAY_SECRET_KEY", VAR / "secret_key")
DEBUG = env.flag("SLIPWAY_DEBUG", default=False)
# Loopback always: a container's own health check asks there.
ALLOWED_HOSTS = [*env.words("SLIPWAY_ALLOWED_HOSTS", ["localhost", "[::1]"]), "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "template_partials",
    "csp",
    "config",
    "people",
    "lessons",
    "labs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before what answers by itself: files have the policy too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.refusals.utf8_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a refused log-in into its page
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "config.context.nonce",
                "config.context.opening",
            ],
        },
    },
]

# Database: the rows are the only truth and the only queue.
DATABASES = {
    "default": dj_database_url.parse(
        env.text("SLIPWAY_DATABASE_URL", f"sqlite:///{VAR / 'db' / 'slipway.sqlite3'}"),
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a transaction that reads and then writes must not fail half-way
        "timeout": 20,  # seconds that a writer waits for another one
        # WAL lets pages read while a worker writes; NORMAL then loses nothing when a process is killed.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "people.backends.OneHashAtATime"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of accounts from before; replaced when they log in
]
# After so many wrong passwords a name from an address waits. Both count, so that nobody locks out another person from
# elsewhere, and one person's mistakes do not lock out a classroom behind one address.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "people.views.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # who logged in when is nobody's business
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # embedded, nobody ran collectstatic

# Pages hold learners' own texts, so nothing inline runs, and nothing comes from elsewhere. A script needs the page's
# own nonce even when it is a file of ours: whatever a learner could ever get served from here would still not run.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Behind the operator's TLS proxy. Embedded there is no TLS, and secure cookies would lock everybody out.
HTTPS = env.flag("SLIPWAY_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# The proxy names the visitor's address; without one a visitor could name any.
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if HTTPS else ["REMOTE_ADDR"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = env.words("SLIPWAY_ORIGINS", [])

# Bounds of a request. Files of one submission are at most a handful of 64 KiB texts.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 64
DATA_UPLOAD_MAX_NUMBER_FILES = 16
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
WAITING_PER_LEARNER = 5  # queued or running at once; more would only make the learner wait for themselves
RUN_LOG_BYTES = 256 * 1024  # of a run's log kept in the database: head and tail
LIVE_EVENTS = 2000  # newest events kept for one submission's stream; a clean build sends about 50
LIVE_EVENTS_SECONDS = 3600  # a page resumes within an hour; afterwards the rows tell all
PROGRESS_SECONDS = 1.0  # the row is refreshed at most this often, for pages without live events

# The sandbox. Nested clocks: step < build < experiments (sandbox.limits) < GRADING_SECONDS < soft < hard.
SANDBOX_SOCKET = Path(env.text("SLIPWAY_SANDBOX_SOCKET", str(layout(VAR).control)))
SANDBOX_WAIT_SECONDS = 20.0  # for a free slot; then the row stays queued and the reaper wakes a worker again
GRADING_SECONDS = env.number("SLIPWAY_GRADING_SECONDS", 600, least=60)
CELERY_TASK_SOFT_TIME_LIMIT = GRADING_SECONDS + 30  # lets the worker clean up and give the row back
CELERY_TASK_TIME_LIMIT = GRADING_SECONDS + 90  # kills a worker process that did not
LEASE_SECONDS = 60  # a claimed row belongs to its worker this long after the last heartbeat
HEARTBEAT_SECONDS = 15  # so three may be lost
CANCEL_LOOK_SECONDS = 1.0  # how soon a running grading notices that its learner cancelled it
MAX_TRIES = 3  # then the fault is ours, and the attempt is not spent
REAP_SECONDS = 15
WAKE_AFTER_SECONDS = 30  # a row queued longer than this may have lost its wake-up call
FAIRNESS_SECONDS = 600  # how far back a learner's work counts against their place in the queue

# Redis carries wake-up calls and live events, never the truth. The embedded one has a unix:// address.
REDIS_URL = env.text("SLIPWAY_REDIS_URL", "redis://127.0.0.1:6379/0")
REDIS_TIMEOUT_SECONDS = 2.0  # Redis is near or it is gone; a page must not wait for it
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": max(3600, 4 * CELERY_TASK_TIME_LIMIT),  # redelivery of a running task is a no-op, but noise
    "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
    "socket_timeout": 15,
    "retry_policy": {"timeout": 2.0},
    # Of the sender, inside a learner's request; by default it would try for six seconds.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis for as long as it takes
CELERY_TASK_PUBLISH_RETRY = False  # a lost wake-up is re-sent by the reaper; the learner's request does not wait
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.number("SLIPWAY_SLOTS", os.cpu_count() or 1, least=1)  # one task a sandbox slot
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50  # bounds what a slow leak can grow to
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SYNC_EVERY = 1  # its file's age tells the health check that it is alive
CELERY_BEAT_SCHEDULE = {"reap": {"task": "labs.tasks.reap", "schedule": float(REAP_SECONDS)}}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"axes": {"level": "WARNING"}},  # each failed log-in is three lines of INFO
    "root": {"handlers": ["stderr"], "level": env.text("SLIPWAY_LOG_LEVEL", "INFO")},
}
