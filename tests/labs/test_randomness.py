from __future__ import annotations

import random
import re

from labs.randomness import values


def test_patterns_are_filled_and_names_get_values_of_their_own() -> None:
    made = values(
        {"note", "cve"}, {"cve": "CVE-2026-1###", "digest": "sha256:%{64}", "app": "@{3}-x"}, random.Random(1)
    )
    assert re.fullmatch(r"note-[0-9a-f]{10}", made["note"])
    assert re.fullmatch(r"CVE-2026-1\d{3}", made["cve"])
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", made["digest"])
    assert re.fullmatch(r"[a-z]{3}-x", made["app"])


def test_the_same_numbers_give_the_same_values_and_others_do_not() -> None:
    patterns = {"a": "%{20}"}
    assert values((), patterns, random.Random(1)) == values((), patterns, random.Random(1))
    assert values((), patterns, random.Random(1)) != values((), patterns, random.Random(2))
