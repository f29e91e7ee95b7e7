"""Which layers made a package's files. The whole is tried by the cases of `layer-caching`, on the real engine."""

from __future__ import annotations

from sandbox.experiments.making import _made

PATH = "/usr/local/lib/python3.11/site-packages/bottle.py"


def file(layer: int, mtime: int, path: str = PATH) -> dict[str, object]:
    return {"layer": layer, "path": path, "mtime": mtime}


def test_every_layer_that_brings_the_file_anew_made_it() -> None:
    assert _made([file(4, 20), file(1, 10)]) == [1, 4]


def test_a_layer_that_only_changes_the_owner_made_nothing() -> None:
    assert _made([file(1, 10), file(2, 10), file(3, 10)]) == [1]


def test_the_same_time_at_another_path_is_another_file() -> None:
    assert _made([file(1, 10), file(2, 10, "/app/bottle.py")]) == [1, 2]
