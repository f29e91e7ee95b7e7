from __future__ import annotations

import re
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.logs import LINE_BYTES, LogBuffer, clean, visible
from tests.fuzz.payloads import PAYLOADS, STEERS

HOSTILE = st.text(
    alphabet=st.sampled_from([*"\x00\x07\x08\t\n\r\x1b\x7f\x85\x90\x9b\x9c\x9d[]P\\;0m?aé\u202e\u2028\ud800…"]),
    max_size=60,
)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("plain\n\ttext\n", "plain\n\ttext\n"),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("a\x00b\x07c\x7fd\x85e", "abcde"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\x\x90q\x9cy", "xy"),
        ("\x1b]0;never closed\nnext", "\nnext"),
        ("\x1b(Bx\x1bcy\x1b", "xy"),
        ("\x1b\x1b[2Jx", "x"),
        ("10%\r50%\r100%\ndone\r\n", "100%\ndone\n"),
        ("50%\r100%\r", "100%"),
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),
        ("one\u2028two", "onetwo"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_it_leaves_plain_text(data: bytes | str, text: str) -> None:
    assert clean(data) == text


def test_a_long_line_is_cut_at_a_whole_character() -> None:
    lines = clean("é" * 4000 + "\nshort").split("\n")
    assert lines[0].endswith("é…")
    assert LINE_BYTES - 2 <= len(lines[0].encode()) <= LINE_BYTES
    assert lines[1] == "short"


@given(HOSTILE | st.text(max_size=80))
def test_nothing_that_steers_a_terminal_remains(text: str) -> None:
    result = clean(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", result)
    assert clean(result) == result
    assert result.count("\n") == text.count("\n")
    result.encode()


@pytest.mark.fuzz
@given(st.lists(st.sampled_from([*PAYLOADS.values(), "\n", "\r", "\x1b", "a", "é"]), max_size=12).map("".join))
def test_sequences_put_together_steer_no_terminal_either(text: str) -> None:
    for result in (clean(text), visible(text)):
        assert not STEERS.search(result)
        assert result.count("\n") == text.count("\n")
        assert max(len(line.encode()) for line in clean(text).split("\n")) <= LINE_BYTES


@pytest.mark.fuzz
@given(HOSTILE | st.text(max_size=80))
def test_what_is_no_log_keeps_a_sign_for_every_character(text: str) -> None:
    assert len(visible(text)) == len(text)
    assert visible(visible(text)) == visible(text)
    visible(text).encode()


def test_signs_say_which_control_it_was() -> None:
    assert visible("\x1b[31m\r\x00\x7f\u202e\ttab\n") == "␛[31m␍␀␡\ufffd\ttab\n"


@pytest.mark.fuzz
@given(st.binary(max_size=100))
def test_any_bytes_become_text(data: bytes) -> None:
    clean(data).encode()


@pytest.mark.parametrize(
    "unit", ["\x1b[", "\x1b]", "\x1b", "\x9d", "\r", "\x1b[0;", "\x1b[ ", "a\r", "\u202e", "\x1bP\\"]
)
def test_a_hostile_megabyte_is_cleaned_at_once(unit: str) -> None:
    half, full = (_seconds(unit * (size // len(unit))) for size in (500_000, 1_000_000))
    assert full < max(0.5, 3.5 * half)


def _seconds(text: str) -> float:
    begun = time.process_time()
    clean(text)
    return time.process_time() - begun


def test_a_short_log_is_kept_whole() -> None:
    log = LogBuffer(100)
    log.add("one\n")
    log.add("two\n")
    assert (log.text(), log.total) == ("one\ntwo\n", 8)


def test_a_long_log_keeps_both_ends_and_says_what_is_missing() -> None:
    log = LogBuffer(40)
    for number in range(100):
        log.add(f"line {number}\n")
    assert log.text() == "line 0\nline 1\n… 760 bytes are left out here …\nline 98\nline 99\n"
    assert log.total == 790


def test_a_sequence_that_arrives_in_pieces_is_removed() -> None:
    log = LogBuffer(100)
    for piece in ("a\x1b", "[3", "1mb 10%", "\r20%\n"):
        log.add(piece)
    assert log.text() == "20%\n"


def test_a_log_without_lines_is_kept_to_whole_characters() -> None:
    log = LogBuffer(9)
    log.add("é" * 20)
    assert log.text() == "éé\n… 32 bytes are left out here …\néé"


@given(st.lists(st.text(alphabet="ab\né", max_size=9), max_size=40), st.integers(1, 60))
def test_it_is_bounded_and_counts_every_byte(pieces: list[str], limit: int) -> None:
    log, whole = LogBuffer(limit), "".join(pieces)
    for piece in pieces:
        log.add(piece)
    text, size = log.text(), len(whole.encode())
    assert log.total == size
    assert len(text.encode()) <= limit + 60
    gap = re.search(r"… ([\d,]+) bytes are left out here …\n", text)
    if gap is None:
        assert text == whole
    else:
        begin, end = text[: gap.start()], text[gap.end() :]
        assert whole.startswith(begin.removesuffix("\n"))
        assert whole.endswith(end)
        assert int(gap[1].replace(",", "")) <= size


def test_memory_stays_bounded_while_it_is_fed() -> None:
    log = LogBuffer(1000)
    for _ in range(10_000):
        log.add("x")
    assert len(log._head) + len(log._tail) <= 1500
    assert log.total == 10_000


def test_threads_lose_nothing() -> None:
    log = LogBuffer(1_000_000)

    def feed() -> None:
        for _ in range(2000):
            log.add("line\n")

    threads = [threading.Thread(target=feed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.total == 40_000
    assert set(log.text().splitlines()) == {"line"}
