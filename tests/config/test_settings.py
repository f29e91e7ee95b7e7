"""Settings as a process of its own reads them: what a test changes here stays out."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from sandbox.engine.paths import PROJECT

COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE")


def read(names: tuple[str, ...], **environment: str) -> list[object]:
    code = f"import json; from config import settings as s; print(json.dumps([getattr(s, n, None) for n in {names}]))"
    outer = {name: value for name, value in os.environ.items() if not name.startswith("SLIPWAY_")}
    own = {"SLIPWAY_SECRET_KEY": "only-for-this-test", **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env={**outer, **own}, check=True, capture_output=True, text=True
    )
    return list(json.loads(done.stdout))


def test_behind_tls_cookies_are_for_tls_alone() -> None:
    assert read(COOKIES, SLIPWAY_HTTPS="1") == [True, True, "Lax", "Lax"]


def test_without_tls_cookies_still_work_and_stay_on_the_site() -> None:
    assert read(COOKIES) == [False, False, "Lax", "Lax"]


def test_only_behind_a_proxy_is_its_word_taken_for_addresses_and_schemes() -> None:
    names = ("SECURE_PROXY_SSL_HEADER", "AXES_IPWARE_META_PRECEDENCE_ORDER", "SECURE_HSTS_SECONDS")
    assert read(names) == [None, ["REMOTE_ADDR"], 0]
    header, order, seconds = read(names, SLIPWAY_HTTPS="1")
    assert header == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert order == ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"]
    assert seconds == 31_536_000
