from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from lessons import outside
from lessons.outside import Check
from lessons.skills import SKILLS


def told(monkeypatch: pytest.MonkeyPatch, *skills: str) -> None:
    checks = [Check("lab", "Lab", "check", "Title", skill, True) for skill in skills]
    monkeypatch.setattr(outside, "_checks", [lambda: checks])


def test_it_ends_well_when_every_skill_has_all_three(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, *SKILLS)
    out = StringIO()
    call_command("lessons", "coverage", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert list(found) == list(SKILLS)
    row = found["dockerfile.layer-caching"]
    assert row["section"] == "containerization#layer-caching"
    assert "cache-order" in row["questions"] and row["checks"] == ["lab/check"]


def test_it_ends_with_1_when_a_skill_lacks_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, *list(SKILLS)[1:])
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("lessons", "coverage", stdout=out)
    assert ended.value.code == 1
    first = next(line for line in out.getvalue().splitlines() if line.startswith(next(iter(SKILLS))))
    assert first.endswith("✕")
