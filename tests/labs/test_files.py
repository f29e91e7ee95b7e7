from __future__ import annotations

import os
from pathlib import Path

import pytest

from labs.files import read, read_all, read_folder
from sandbox.limits import FILE_BYTES
from tests.labs.tiny import lab

FROM = b"FROM debian:12-slim\n"


def problem_of(data: bytes, name: str = "Dockerfile") -> tuple[str, int | None]:
    submitted = read(lab(), {"Dockerfile": FROM, name: data})
    assert len(submitted.problems) == 1
    assert submitted.problems[0].file == name
    return submitted.problems[0].message, submitted.problems[0].line


def test_texts_come_out_as_they_went_in() -> None:
    submitted = read(lab(), {"Dockerfile": FROM, ".dockerignore": "büro\n".encode()})
    assert submitted.files == {"Dockerfile": "FROM debian:12-slim\n", ".dockerignore": "büro\n"}
    assert submitted.problems == ()


@pytest.mark.parametrize("raw", [b"A\r\nB\r\n", b"A\rB\r", b"A\nB\n", b"\xef\xbb\xbfA\r\nB\n"])
def test_line_endings_and_byte_order_mark_are_evened_out(raw: bytes) -> None:
    assert read(lab(), {"Dockerfile": raw}).files["Dockerfile"] == "A\nB\n"


def test_a_large_file_is_told_with_its_size() -> None:
    message, _ = problem_of(b"x" * 10 * 1024 * 1024)
    assert message.startswith("Dockerfile is 10.0 MB; a file may have 64 KB.")
    assert "64.0 KB; a file may have 64 KB" in problem_of(b"x" * (FILE_BYTES + 1))[0]


def test_a_file_of_exactly_the_bound_is_taken() -> None:
    assert read(lab(), {"Dockerfile": b"#" * FILE_BYTES}).problems == ()


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    message, line = problem_of(b"FROM x\r\n# \xe9t\xe9\n")
    assert line == 2
    assert message.startswith("Dockerfile is not UTF-8: line 2 holds the byte 0xE9. Save")


def test_the_line_is_right_behind_a_byte_order_mark() -> None:
    assert problem_of(b"\xef\xbb\xbfA\nB\n\xff")[1] == 3


def test_a_program_is_not_mistaken_for_a_script() -> None:
    message, line = problem_of(b"\x7fELF\x02\n\0\0", "entrypoint.sh")
    assert line == 2
    assert "NUL byte" in message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_named_if_it_names_itself_and_refused_anyway(encoding: str) -> None:
    message, _ = problem_of("FROM debian\n".encode(encoding))
    assert ("UTF-16" in message) == (encoding == "utf-16")


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    submitted = read(lab(), {"Dockerfile": FROM, "app.py": b"x"})
    assert "app.py" not in submitted.files
    assert submitted.problems[0].message == (
        "app.py is not one of this lab's files. It takes Dockerfile, .dockerignore, entrypoint.sh."
    )


@pytest.mark.parametrize("raw", [b"", b" \n\t\r\n", b"\xef\xbb\xbf"])
def test_an_empty_dockerfile_is_a_problem(raw: bytes) -> None:
    assert problem_of(raw)[0].startswith("Dockerfile is empty")


def test_a_missing_dockerfile_is_a_problem_and_a_missing_dockerignore_is_none() -> None:
    problems = read(lab(), {}).problems
    assert [problem.file for problem in problems] == ["Dockerfile"]
    assert problems[0].message.startswith("There is no Dockerfile.")


def test_an_empty_extra_file_counts_as_not_sent() -> None:
    submitted = read(lab(), {"Dockerfile": FROM, "entrypoint.sh": b"\n", ".dockerignore": b""})
    assert set(submitted.files) == {"Dockerfile", ".dockerignore"}
    assert submitted.problems == ()


def test_every_problem_is_told_at_once() -> None:
    submitted = read(lab(), {"Dockerfile": b"\xff", "entrypoint.sh": b"\0"})
    assert [problem.file for problem in submitted.problems] == ["Dockerfile", "entrypoint.sh"]


def test_a_folder_is_read_and_what_does_not_belong_is_named(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(FROM)
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "solution").mkdir()
    submitted, ignored = read_all(lab(), tmp_path)
    assert submitted.files == {"Dockerfile": "FROM debian:12-slim\n"}
    assert submitted.problems == ()
    assert ignored == ("README.md", "solution")


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "Dockerfile").symlink_to(secret)
    submitted, _ = read_all(lab(), folder)
    assert submitted.files == {}
    assert [p.message for p in submitted.problems] == [
        "Dockerfile is a link or a folder. Put a plain text file in its place."
    ]


def test_neither_a_pipe_nor_a_huge_file_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Dockerfile")
    with (tmp_path / "entrypoint.sh").open("wb") as file:
        file.truncate(1 << 40)
    submitted, _ = read_all(lab(), tmp_path)
    assert [problem.file for problem in submitted.problems] == ["Dockerfile", "entrypoint.sh"]


def test_a_folder_that_is_none_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        read_folder(lab(), tmp_path / "nothing")
