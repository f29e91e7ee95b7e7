from __future__ import annotations

from sandbox.dockerfile import layer_instructions, parse, reachable, references

FIXTURE = """\
ARG BASE=debian TAG
ARG FULL=${BASE}:${TAG:-12-slim}
FROM --platform=$BUILDPLATFORM $FULL AS Build
ARG BASE=ignored
RUN make
FROM python:3.11-slim
COPY --from=build /a /b
FROM build
FROM ${UNSET?is missing}
FROM scratch AS last
COPY --from=1 /a /b
COPY --from=Alpine:3 /a /b
COPY --from=$BASE /a /b
RUN --mount=type=bind,from=busybox,target=/x --mount=from=build,target=/y --mount=type=cache,target=/z true
"""


def test_stages_stand_on_images_or_on_each_other() -> None:
    stages = parse(FIXTURE).stages
    assert [(s.index, s.name, s.base_resolved, s.line, s.from_stage) for s in stages] == [
        (0, "build", "debian:12-slim", 3, None),
        (1, None, "python:3.11-slim", 6, None),
        (2, None, "build", 8, 0),
        (3, None, None, 9, None),
        (4, "last", "scratch", 10, None),
    ]


def test_references_are_the_images_from_outside() -> None:
    assert [(r.kind, r.name, r.line) for r in references(parse(FIXTURE))] == [
        ("FROM", "debian:12-slim", 3),
        ("FROM", "python:3.11-slim", 6),
        ("COPY", "Alpine:3", 12),
        ("RUN", "busybox", 14),
    ]


def test_a_from_value_names_a_stage_in_any_case_or_by_number() -> None:
    parsed = parse(FIXTURE)
    assert [parsed.stage_named(n) for n in ("BUILD", "0", "1", "last", "9", "debian:12-slim", "")] == [
        *["build", "build", "1", "last", None, None, None],
    ]


def test_a_stage_may_have_the_name_of_its_image() -> None:
    parsed = parse("FROM debian AS debian\nFROM debian")
    assert [s.from_stage for s in parsed.stages] == [None, 0]
    assert [r.line for r in references(parsed)] == [1]


def test_layers_include_those_of_the_stages_below() -> None:
    text = (
        "FROM a AS base\nWORKDIR /\nWORKDIR app\nRUN one\nENV x=1\nONBUILD COPY t /t\n"
        "FROM b AS other\nRUN two\nFROM base\nCOPY --from=other x y\nWORKDIR ..\nUSER 1\nADD z /z\n"
    )
    parsed = parse(text)
    assert [(i.name, i.start_line) for i in layer_instructions(parsed, None)] == [
        *[("WORKDIR", 3), ("RUN", 4), ("COPY", 6), ("COPY", 10), ("ADD", 13)],
    ]
    assert [i.start_line for i in layer_instructions(parsed, "Other")] == [8]
    assert layer_instructions(parsed, "nowhere") == []
    assert layer_instructions(parse(""), None) == []


def test_copy_takes_a_stage_by_any_spelling_of_its_number_and_a_mount_by_name_only() -> None:
    text = "FROM a\nFROM b AS one\nCOPY --from=+0 / /x\nCOPY --from=00 / /y\nCOPY --from=7 / /z\n"
    assert [r.name for r in references(parse(text))] == ["a", "b"]
    assert reachable(parse(text)) == {0, 1}
    mounting = parse("FROM a\nFROM b\nRUN --mount=from=0,target=/x true\n")
    assert [r.name for r in references(mounting)] == ["a", "b", "0"]
    assert reachable(mounting) == {1}


def test_a_flag_cannot_hide_behind_a_letter_whose_last_byte_is_a_space() -> None:
    for letter in ("à", "\u00a0", "\u0085", "Å"):
        parsed = parse(f"FROM a\nCOPY --chown={letter}--from=evil/image / /x\n")
        assert [r.name for r in references(parsed)] == ["a", "evil/image"], letter
