"""The form with anything in it: a queued row that holds what was sent, or the page again with the reason."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labs.models import Submission
from labs.specs import Lab
from people.models import User
from sandbox.limits import FILE_BYTES
from tests import factories
from tests.fuzz.values import Long

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs"), pytest.mark.fuzz]
# One database and one lab for every example: a row is looked at by its key, and removed again.
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
BYTES = st.binary(max_size=40) | st.sampled_from([b"FROM a\n", b"", b"\0", Long(b"#" * (FILE_BYTES + 1))])
TEXT = BYTES | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
FIELD = st.sampled_from(
    [
        "file:Dockerfile",
        "file:entrypoint.sh",
        "upload:Dockerfile",
        "upload:",
        "file:",
        "file:../x",
        "csrfmiddlewaretoken",
    ]
)
NAME = st.sampled_from(["Dockerfile", "../../x", "\0", "a\r\nb: c", "x" * 300, '"', ""])
READ_AGAIN = {302, 400, 422, 429}


def sent(answer_status: int, location: str) -> Submission | None:
    assert answer_status in READ_AGAIN
    if answer_status != 302:
        return None
    row = Submission.objects.get(pk=location.rstrip("/").rpartition("/")[2])
    assert row.state == "queued"
    assert "\0" not in "".join(row.files.values())
    return row


@SHARED
@given(st.dictionaries(FIELD, TEXT, max_size=4))
def test_typed_fields_are_queued_or_given_back(client: Client, lab: Lab, fields: dict[str, bytes]) -> None:
    client.force_login(learner())
    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items())
    answer = client.post(f"/labs/{lab.slug}/submit", body, content_type="application/x-www-form-urlencoded")
    row = sent(answer.status_code, answer.headers.get("Location", ""))
    if row is not None:
        text = fields["file:Dockerfile"].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        assert row.files["Dockerfile"] == text.removeprefix("\ufeff")
        row.delete()


@SHARED
@given(st.dictionaries(FIELD, st.tuples(NAME, TEXT), max_size=4))
def test_chosen_files_are_queued_or_given_back(client: Client, lab: Lab, chosen: dict[str, tuple[str, bytes]]) -> None:
    client.force_login(learner())
    fields = {field: SimpleUploadedFile(name or "x", data) for field, (name, data) in chosen.items()}
    answer = client.post(f"/labs/{lab.slug}/submit", fields)
    row = sent(answer.status_code, answer.headers.get("Location", ""))
    if row is not None:
        row.delete()


@SHARED
@given(st.binary(max_size=300), st.sampled_from(["x", "--x", "", '"', "x; charset=utf-9", "é"]))
def test_a_body_that_is_no_form_is_refused(client: Client, lab: Lab, body: bytes, boundary: str) -> None:
    client.force_login(learner())
    kind = f"multipart/form-data; boundary={boundary}"
    answer = client.generic("POST", f"/labs/{lab.slug}/submit", body, content_type=kind)
    assert sent(answer.status_code, answer.headers.get("Location", "")) is None


@SHARED
@given(st.sampled_from(["from", "lab", "page", "next"]), st.text(max_size=30) | st.sampled_from(["\0", "9" * 5000]))
def test_an_address_with_anything_behind_it_is_a_page(client: Client, lab: Lab, name: str, value: str) -> None:
    person = learner()
    client.force_login(person)
    value = value.encode("utf-8", "replace").decode()
    for path in (f"/labs/{lab.slug}/", "/labs/", "/submissions/", "/accounts/login/"):
        assert client.get(path, {name: value}).status_code in {200, 302, 404}


def learner() -> User:
    found = User.objects.filter(username="alice").first()
    if found is not None:
        return found
    made = factories.user()
    factories.cohort(made, name="own")
    return made
