from __future__ import annotations

import re

import pytest
from django.test import Client

from labs.specs import Lab
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_form_sent_twice_leads_to_the_same_submission(client: Client, lab: Lab, open_labs: None) -> None:
    client.force_login(factories.user())
    key = re.search(r'name="form" value="([^"]+)"', client.get(f"/labs/{lab.slug}/").text)
    assert key is not None
    fields = {"form": key[1], "file:Dockerfile": "FROM scratch\n"}
    first, second = (client.post(f"/labs/{lab.slug}/submit", fields)["Location"] for _ in range(2))
    assert first == second
    assert client.post(f"/labs/{lab.slug}/submit", {**fields, "form": "not a key"})["Location"] != first
