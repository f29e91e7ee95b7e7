from __future__ import annotations

import pytest
from django.test import Client

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
BODIES = {
    FORM: b"username=%ff",
    PARTS: b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\xff\r\n--x--',
}


def send(client: Client, kind: str, charset: str, body: bytes) -> str:
    """The answer's status and text. The client's own `post` would use the codec itself."""
    answer = client.generic("POST", "/accounts/login/", body, content_type=f"{kind}; charset={charset}")
    return f"{answer.status_code} {answer.text}"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [FORM, PARTS])
@pytest.mark.parametrize("charset", ["hex", "zlib", "rot13", "idna", "undefined", "utf-16", "no-such-codec", "latin-1"])
def test_a_form_in_another_charset_is_refused_and_not_our_failure(client: Client, kind: str, charset: str) -> None:
    got = send(client, kind, charset, BODIES[kind])
    assert got.startswith("400 ")
    assert "could not be read" in got


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"'])
def test_utf_8_may_be_said(client: Client, charset: str) -> None:
    assert send(client, FORM, charset, b"username=ada").startswith("200 ")


def test_another_host_name_is_answered_with_what_to_do(client: Client) -> None:
    answer = client.get("/accounts/login/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "another address" in answer.text
    assert "elsewhere.example" in answer.text
    assert "SLIPWAY_ALLOWED_HOSTS" in answer.text
    assert "may hold" not in answer.text


def test_a_host_name_cannot_bring_markup(client: Client) -> None:
    answer = client.get("/accounts/login/", headers={"host": "<script>x"})
    assert answer.status_code == 400
    assert "<script>" not in answer.text
