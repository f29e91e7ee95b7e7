from __future__ import annotations

import pytest
from django.test import Client

from labs.models import Submission
from labs.pages.attempts import attempts
from labs.specs import Lab
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs")]


def test_who_sent_nothing_has_no_attempts() -> None:
    found = attempts(factories.user().pk, "non-root")
    assert (found.key, found.tries, list(found.rows)) == ("", 0, [])


def test_the_newest_comes_first_and_only_graded_ones_are_tries(lab: Lab) -> None:
    alice = factories.user()
    factories.graded(alice, lab)
    factories.submission(alice, lab)
    found = attempts(alice.pk, lab.slug)
    assert found.tries == 1
    assert [(one.number, outcome.word) for one, outcome in found.rows] == [(2, "Queued"), (1, "Passed")]


def test_the_list_of_attempts_tells_how_each_stands_now(client: Client, lab: Lab) -> None:
    alice = factories.user()
    first = factories.graded(alice, lab)
    waiting = factories.submission(alice, lab)
    client.force_login(alice)
    page = f"/submissions/{first.pk}/"
    assert "Queued" in client.get(page).content.decode()
    Submission.objects.cancel(waiting.pk)
    again = client.get(page).content.decode()
    assert "Queued" not in again and "Cancelled" in again
    factories.submission(alice, lab)
    assert "Queued" in client.get(page).content.decode()
