"""`manage.py lessons coverage [--json]`: skill → section, questions, executed checks. Exit 1 if any is empty."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lessons import content, outside
from lessons.skills import SKILLS


class Command(BaseCommand):
    help = "What the lessons teach, ask and measure for each skill."
    requires_system_checks: list[str] = []  # they would need the database, which this does not

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        coverage = verbs.add_parser("coverage", help="skill → section, questions, executed checks")
        coverage.add_argument("--json", action="store_true", help="print it as JSON")

    def handle(self, *, json: bool, **options: Any) -> None:
        found = coverage()
        self.stdout.write(_json(found) if json else _table(found))
        if not all(all(row.values()) for row in found.values()):
            sys.exit(1)


def coverage() -> dict[str, dict[str, Any]]:
    """{skill: {"section": "lesson#anchor", "questions": [ids], "checks": ["lab/check"]}}, all skills in their order."""
    found: dict[str, dict[str, Any]] = {skill: {"section": "", "questions": [], "checks": []} for skill in SKILLS}
    for slug in content.slugs():
        lesson = content.load(slug)
        for section in lesson.sections:
            if section.skill and not found[section.skill]["section"]:
                found[section.skill]["section"] = f"{slug}#{section.anchor}"
        for question in lesson.questions:
            found[question.skill]["questions"].append(question.id)
    for skill, checks in outside.checks_by_skill().items():
        if skill in found:
            found[skill]["checks"] = [f"{check.lab}/{check.id}" for check in checks]
    return found


def _json(found: dict[str, dict[str, Any]]) -> str:
    return json.dumps(found, indent=2)


def _table(found: dict[str, dict[str, Any]]) -> str:
    width = max(map(len, found))
    lines = [f"{'skill':{width}}  section                             questions  checks"]
    for skill, row in found.items():
        sign = "✓" if all(row.values()) else "✕"
        section = row["section"] or "none"
        lines.append(f"{skill:{width}}  {section:34}  {len(row['questions']):>9}  {len(row['checks']):>6}  {sign}")
    return "\n".join(lines)
