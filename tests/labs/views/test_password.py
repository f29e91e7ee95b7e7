from __future__ import annotations

import re

import bcrypt
import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGE = "/labs/private-registry/password/"


def test_a_line_is_made_and_the_hash_is_the_passwords(client: Client) -> None:
    answer = client.post(PAGE, {"name": "writer", "password": "battery-staple"})
    found = re.search(r"<code>writer:(\$2y\$05\$[./A-Za-z0-9]{53})</code>", answer.content.decode())
    assert answer.status_code == 200 and found
    assert bcrypt.checkpw(b"battery-staple", found[1].encode())
    assert not bcrypt.checkpw(b"battery-stable", found[1].encode())
    assert "no-store" in answer["Cache-Control"]


def test_two_lines_have_two_salts(client: Client) -> None:
    pages = [client.post(PAGE, {"name": "writer", "password": "x"}).content.decode() for _ in range(2)]
    assert len({line for page in pages for line in re.findall(r"<code>writer:([^<]+)</code>", page)}) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "a:b", "password": "x"}, "A name has"),
        ({"name": "a\nb", "password": "x"}, "A name has"),
        ({"name": "writer"}, "password is empty"),
        ({"name": "writer", "password": "é" * 37}, "at most 72 bytes"),
        ({"name": "writer", "password": "a\0b"}, "at most 72 bytes"),
    ],
)
def test_what_cannot_stand_in_such_a_file_is_told(client: Client, fields: dict[str, str], words: str) -> None:
    answer = client.post(PAGE, fields)
    assert answer.status_code == 422
    assert words in answer.content.decode() and "$2y$" not in answer.content.decode()


def test_the_form_needs_its_token(client: Client) -> None:
    assert client.get(PAGE).status_code == 200
    assert Client(enforce_csrf_checks=True).post(PAGE, {"name": "a", "password": "b"}).status_code == 403


def test_a_lab_without_password_files_has_no_such_page(client: Client) -> None:
    assert client.get("/labs/hello-image/password/").status_code == 404


def test_the_form_cuts_nothing_off_in_silence(client: Client) -> None:
    field = re.search(r'<input[^>]*name="password"[^>]*>', client.get(PAGE).content.decode())
    assert field and "maxlength" not in field[0]
