"""A mistyped stage is the file's mistake; an image that is not here is none."""

from __future__ import annotations

import pytest

from sandbox.dockerfile import parse
from sandbox.stagenames import mistyped

FILE = "FROM gcc:12 AS builder\nRUN make\nFROM debian:12-slim\n"


def said(text: str) -> list[tuple[str, int | None]]:
    return [(problem.message, problem.line) for problem in mistyped(parse(text), {"debian", "gcc"})]


def test_a_word_that_is_no_stage_is_named_with_the_stages_that_there_are() -> None:
    found = said(FILE + "COPY --from=build /notebook /bin/\n")
    assert found == [("no stage is called “build”; stages: builder; is “builder” meant?", 4)]


def test_a_word_that_is_like_no_stage_is_none_either() -> None:
    assert said(FILE + "COPY --from=artefacts /a /b\n") == [("no stage is called “artefacts”; stages: builder", 4)]


def test_mounts_name_stages_too() -> None:
    assert len(said(FILE + "RUN --mount=type=bind,from=buidler,target=/src true\n")) == 1


def test_the_last_line_may_stand_on_a_mistyped_stage() -> None:
    assert len(said(FILE + "FROM buildr\n")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "COPY --from=builder /a /b",
        "COPY --from=0 /a /b",
        "COPY --from=busybox /bin/busybox /bin/",
        "COPY --from=gcc /a /b",
        "COPY --from=ghcr.io/astral-sh/uv:0.5.9 /uv /bin/",
        "COPY --from=somebody/tool /tool /bin/",
        "COPY --from=tool:1 /tool /bin/",
        "COPY --from=$WHAT /tool /bin/",
        "FROM alpine",
        "FROM something",
    ],
)
def test_stages_and_images_are_left_to_others(line: str) -> None:
    assert said(f"{FILE}{line}\n") == []


def test_a_file_without_named_stages_can_only_mean_an_image() -> None:
    assert said("FROM gcc:12\nFROM debian:12-slim\nCOPY --from=build /a /b\n") == []
