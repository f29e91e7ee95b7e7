"""Any bytes as a submission: texts that can be stored, written and built, or a problem in words; never an exception."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.files import read, read_all
from labs.running import plan, refused
from sandbox.context import write_context
from sandbox.limits import FILE_BYTES
from tests.fuzz.payloads import STEERS
from tests.fuzz.values import Long
from tests.labs.tiny import lab

pytestmark = pytest.mark.fuzz

LAB = lab()
BOM = b"\xef\xbb\xbf"
BYTES = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [b"\xff\xfeF\0", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbfFROM a\n", b"\r", b"\r\n\r", b"\xed\xa0\x80"]
    ),
    st.sampled_from(
        [Long(b"a" * FILE_BYTES), Long(b"a" * (FILE_BYTES + 1)), Long(b"\n" * FILE_BYTES), Long(b"\xc3" * 9000)]
    ),
)
NAME = st.sampled_from([*LAB.names, "dockerfile", "../Dockerfile", "/etc/passwd", ".git", "a\0b", "\x1b[2J", ""])
SENT = st.dictionaries(NAME, BYTES, max_size=4)


@given(SENT)
def test_they_become_texts_that_can_be_stored_and_built_or_problems_in_words(raw: dict[str, bytes]) -> None:
    submitted = read(LAB, raw)
    assert set(submitted.files) <= set(LAB.names)
    for name, text in submitted.files.items():
        assert len(text.encode()) <= FILE_BYTES
        assert "\0" not in text and "\r" not in text
        assert not text.startswith("\ufeff") or raw[name].startswith(2 * BOM)
    assert json.loads(json.dumps(submitted.files)) == submitted.files
    for problem in submitted.problems:
        assert (
            problem.line is None
            or 1 <= problem.line <= raw[problem.file].count(b"\n") + raw[problem.file].count(b"\r") + 1
        )
        assert problem.message.endswith((".", "?"))
    if submitted.problems:
        grade = refused(LAB, submitted.problems)
        assert not grade.passed
        assert not any(STEERS.search(check.found) for check in grade.checks)


@given(SENT)
def test_what_is_written_for_the_builder_is_what_was_read(raw: dict[str, bytes]) -> None:
    submitted = read(LAB, raw)
    with tempfile.TemporaryDirectory() as folder:
        written = write_context(plan(LAB, submitted.files), Path(folder))
        for name, text in submitted.files.items():
            assert (written.context / name).read_bytes() == text.encode()
        known = {*submitted.files, *(Path(name).parts[0] for name in LAB.context)}
        assert {path.name for path in written.context.iterdir()} <= known
        assert len(written.dockerfile.read_bytes().splitlines()) <= FILE_BYTES + 1


@given(SENT)
def test_a_folder_reads_like_a_form(raw: dict[str, bytes]) -> None:
    own = {name: data for name, data in raw.items() if name in LAB.names}
    with tempfile.TemporaryDirectory() as folder:
        for name, data in own.items():
            (Path(folder) / name).write_bytes(data)
        submitted, ignored = read_all(LAB, Path(folder))
    assert ignored == ()
    assert submitted.files == read(LAB, own).files
    assert {problem.file for problem in submitted.problems} == {problem.file for problem in read(LAB, own).problems}
