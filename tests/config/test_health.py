from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_a_web_process_with_its_database_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_without_its_database_it_is_not(client: Client) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("the database is gone")

    client.raise_request_exception = False
    with connection.execute_wrapper(gone):
        assert client.get("/healthz").status_code == 500
