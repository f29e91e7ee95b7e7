from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.hostile import cases
from sandbox.hostile.cases import BREACH, CaseError
from tests.sandbox.hostile.folders import TEXT, case, folder


def test_a_folder_becomes_a_case_with_what_it_leaves_out_filled_in(tmp_path: Path) -> None:
    made = case(tmp_path, Dockerfile="FROM x\n")
    assert (made.id, made.outcomes, made.core, made.seconds, made.log) == (
        "build/made",
        ("build-failed",),
        False,
        30,
        (),
    )


def test_one_of_several_outcomes_may_be_right(tmp_path: Path) -> None:
    text = TEXT.replace('"build-failed"', '["build-failed", "limit:time"]')
    assert case(tmp_path, text).outcomes == ("build-failed", "limit:time")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "colour = 1\n", "colour"),
        ('layer = "engine"\n', "", "layer"),
        ("engine", "hope", "no layer is called “hope”"),
        ("build-failed", "survived", "no outcome is called “survived”"),
        ("submission", "telepathy", "via"),
        ("Made for this test", "short", "title"),
        ("", "core = 1\n", "core"),
        ("", "seconds = 0\n", "seconds"),
        ("", 'scenario = "x"\n', "scenario"),
        ("", '[[send]]\nline = "x"\n', "send"),
        ("", '[[plant]]\npath = "x"\nkind = "fifo"\n', "plant"),
        ("submission", "door", "door needs it"),
        ("submission", "queue", "queue needs it"),
        ("", "[limits]\nbuild_seconds = 100000\n", "limits.build_seconds"),
        ("", "[limits]\ngravity = 1\n", "limits.gravity"),
        ("", '[[generate]]\nfile = "x"\nrepeat = "y"\ntimes = 0\n', "generate"),
        ('via = "submission"', 'via = "bypass"\nlab = "non-root"', "lab: it is for submission"),
        ('via = "submission"', 'via = "queue"\nscenario = "x"\nsibling = true', "sibling"),
        ("title", "title = ", "cannot be read"),
    ],
)
def test_a_slip_in_its_file_refuses(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = TEXT.replace(old, new, 1) if old else TEXT + new
    with pytest.raises(CaseError, match=said):
        case(tmp_path, text)


def test_a_family_that_is_not_known_refuses(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no family is called “weather”"):
        cases.load(folder(tmp_path, family="weather"))


def test_a_payload_that_holds_the_word_for_a_breach_refuses(tmp_path: Path) -> None:
    """Its source is shown on pages, so the word would be found whether it ran or not."""
    with pytest.raises(CaseError, match="put together"):
        case(tmp_path, Dockerfile=f"RUN echo {BREACH}\n")


def test_a_folder_without_its_file_refuses(tmp_path: Path) -> None:
    (tmp_path / "run" / "empty").mkdir(parents=True)
    with pytest.raises(CaseError, match=r"run/empty: expect\.toml"):
        cases.load_all(tmp_path)
