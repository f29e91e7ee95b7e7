from __future__ import annotations

import pytest
from django.test import Client

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
    assert "That did not sign you in." in page
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
