"""`labs new` and `labs schema`: a folder that proves itself at once, and what editors know of its keys."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from labs import specs
from labs.checks import BY_ID
from labs.errors import SpecError
from labs.specfile import FILE, LabTable
from labs.specrules import KINDS
from lessons.skills import SKILLS

SCAFFOLD = Path(__file__).parent / "scaffold"
SCHEMA = Path(__file__).parent / "lab.schema.json"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST = 64  # characters of a slug, which stands in addresses


def new(slug: str, title: str = "", folder: Path | None = None) -> Path:
    """A lab's folder with everything in it that a lab must have. SpecError: the name is taken, or none."""
    if not _SLUG.fullmatch(slug) or len(slug) > _MOST:
        raise SpecError(slug, "", f"a lab is named by small letters, digits and single hyphens, at most {_MOST}")
    target = (folder or specs.FOLDER) / slug
    if target.exists():
        raise SpecError(slug, "", f"{target} is there already; choose another name, or work on that one")
    shutil.copytree(SCAFFOLD, target)
    file = target / FILE
    text = file.read_text("utf-8").replace("{slug}", slug)
    # As JSON writes a text, which TOML reads as well: a title may hold quotes.
    shown = json.dumps(title or slug.replace("-", " ").capitalize(), ensure_ascii=False)
    file.write_text(text.replace('"{title}"', shown), "utf-8")
    return target


def schema() -> dict[str, Any]:
    """JSON Schema of `lab.toml`, with the names of kinds, checks and skills that there are."""
    made = LabTable.model_json_schema()
    tables = made["$defs"]
    tables["ExperimentTable"]["properties"]["kind"]["enum"] = list(KINDS)
    tables["CheckTable"]["properties"]["id"]["enum"] = sorted(BY_ID)
    tables["CheckTable"]["properties"]["skill"]["enum"] = list(SKILLS)
    made["properties"]["skills"]["items"]["enum"] = list(SKILLS)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "A lab of Slipway"}


def schema_text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
