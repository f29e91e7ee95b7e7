from __future__ import annotations

from pathlib import Path

import pytest

from labs import specs
from labs.errors import SpecError
from tests.labs.tiny import TEXTS, lab


def write(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_lab_is_what_its_folder_says() -> None:
    tiny = lab()
    assert (tiny.slug, tiny.version, tiny.title) == ("tiny", 3, "Tiny")
    assert tiny.max_points == 7.5
    assert tiny.names == ("Dockerfile", ".dockerignore", "entrypoint.sh")
    assert tiny.context == {"app.py": b'print("Hello")\n'}
    assert tiny.starter["Dockerfile"] == "FROM debian:12-slim\n"
    assert tiny.limits.start_seconds == 5.0
    assert tiny.hints == ("One?", "Two.", "Three.")
    start = tiny.experiments[1]
    assert (start.kind, start.after, start.port, start.ready) == ("start", "image", 8080, "/healthz")
    assert [request.status for request in start.requests] == [201, 200]
    check = tiny.checks[3]
    assert (check.source, check.needs, check.required, check.points) == ("access", ("serves",), False, 1.5)


def test_a_folder_and_its_texts_give_the_same_lab(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", TEXTS)
    write(folder, {"solution/Dockerfile": "FROM scratch\n", "mutants/a/Dockerfile": "FROM scratch\n"})
    loaded = specs.load(folder)
    assert loaded == lab()
    assert set(loaded.texts) == set(TEXTS), "solutions and mutants must not be stored with a version"


def test_any_changed_text_changes_the_digest() -> None:
    assert lab().digest == lab().digest
    assert lab().digest != lab(**{"context/app.py": 'print("Hello")'}).digest


def test_line_endings_are_content(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", TEXTS)
    (folder / "context/app.py").write_bytes(b'print("Hello")\r\n')
    assert specs.load(folder).context["app.py"] == b'print("Hello")\r\n'


def test_a_file_that_is_no_text_refuses_to_load(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny", TEXTS)
    (folder / "context/logo.png").write_bytes(b"\x89PNG")
    with pytest.raises(SpecError, match=r"context/logo\.png: this file is not UTF-8"):
        specs.load(folder)


@pytest.mark.parametrize("name", ["lab.toml", "brief.md"])
def test_a_missing_file_is_named(name: str) -> None:
    texts = {path: text for path, text in TEXTS.items() if path != name}
    with pytest.raises(SpecError, match=f"{name}: this file is missing or empty"):
        specs.parse("tiny", texts)


def test_the_catalogue_loads_in_teaching_order() -> None:
    known = list(specs.catalogue())
    assert {"hello-image", "layer-caching", "non-root", "health-check", "multi-stage"} <= set(known)
    assert known == [slug for slug in specs.ORDER if slug in known]


def test_every_lab_of_the_catalogue_can_be_read_from_its_stored_texts() -> None:
    for slug, known in specs.catalogue().items():
        assert specs.parse(slug, dict(known.texts)) == known
