from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.backends import ModelBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config import settings as config_settings
from people.backends import OneHashAtATime
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def test_signing_in_goes_on_to_where_one_wanted(client: Client) -> None:
    factories.user()
    answer = client.post(LOGIN, {"username": "alice", "password": "correct horse", "next": "/labs/"})
    assert answer["Location"] == "/labs/"
    assert client.session["_auth_user_id"]


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    factories.user()
    answer = client.post(LOGIN, {"username": "alice", "password": "correct horse", "next": elsewhere})
    assert answer["Location"] == "/"


def test_a_wrong_password_is_told_without_losing_the_name(client: Client) -> None:
    factories.user()
    page = client.post(LOGIN, {"username": "alice", "password": "wrong"}).content.decode()
    assert "Wrong username or password." in page
    assert 'value="alice"' in page
    assert "wrong" not in page.split("<form")[-1]


def test_a_field_left_empty_is_named(client: Client) -> None:
    page = client.post(LOGIN, {"username": "alice"}).content.decode()
    assert 'aria-describedby="id_password-errors"' in page


def test_whoever_is_signed_in_goes_on(client: Client) -> None:
    client.force_login(factories.user())
    assert client.get(LOGIN)["Location"] == "/"


def test_signing_out_needs_a_post(client: Client) -> None:
    client.force_login(factories.user())
    assert client.get("/accounts/logout/").status_code == 405
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def wrong(client: Client, name: str, address: str = "192.0.2.1") -> Any:
    return client.post(LOGIN, {"username": name, "password": "wrong", "next": "/labs/"}, REMOTE_ADDR=address)


def right(client: Client, name: str, address: str = "192.0.2.1") -> Any:
    return client.post(LOGIN, {"username": name, "password": "correct horse"}, REMOTE_ADDR=address)


def test_after_many_wrong_passwords_a_name_waits_and_is_told_for_how_long(client: Client, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    factories.user()
    answers = [wrong(client, "alice") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    page = answers[-1].content.decode()
    assert "Wait 5 minutes" in page
    assert 'value="alice"' in page
    assert 'name="next" value="/labs/"' in page
    assert right(client, "alice").status_code == 429


def test_a_name_that_waits_here_may_log_in_elsewhere_and_others_may_here(client: Client, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    factories.user()
    factories.user("bob")
    for _ in range(4):
        wrong(client, "alice")
    assert right(client, "alice", "192.0.2.2").status_code == 302
    assert right(client, "bob").status_code == 302


def test_the_wait_ends(client: Client, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    factories.user()
    for _ in range(4):
        wrong(client, "alice")
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME * 2)
    assert right(client, "alice").status_code == 302


def test_a_password_from_before_is_hashed_anew_when_its_owner_logs_in(client: Client, settings: Settings) -> None:
    argon2, pbkdf2 = config_settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = [pbkdf2]
    user = factories.user()
    settings.PASSWORD_HASHERS = [argon2, pbkdf2]
    assert right(client, "alice").status_code == 302
    user.refresh_from_db()
    assert user.password.startswith("argon2")


def test_passwords_are_hashed_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty people who log in at once must not take the processors from everybody's pages."""
    now, most = 0, 0

    def slow(*_: object, **__: object) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        time.sleep(0.01)
        now -= 1

    monkeypatch.setattr(ModelBackend, "authenticate", slow)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: OneHashAtATime().authenticate(None, username="x", password="y"), range(8)))
    assert most == 1
