from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.engine.paths import PROJECT
from sandbox.engine.provision import parts as module
from sandbox.engine.provision.parts import Part, PartFailed, Setup, fresh, replace, run

Make = Callable[[], None]


class Works:
    """Parts that write a file each, and remember in which order they were made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: list[str] = []

    def part(self, name: str, *inputs: str, after: tuple[str, ...] = (), make: Make | None = None) -> Part:
        output = self.folder / name.replace("/", "-")

        def write() -> None:
            (make or (lambda: None))()
            self.made.append(name)
            output.write_text(name)

        return Part(name, write, (output,), inputs, after)

    def set_up(self, *parts: Part) -> list[str]:
        """The names of what was made this time, in order."""
        self.made.clear()
        Setup(parts, self.folder / "stamps").run()
        return list(self.made)


@pytest.fixture
def works(tmp_path: Path) -> Works:
    return Works(tmp_path)


def test_what_is_made_is_not_made_again(works: Works) -> None:
    assert works.set_up(works.part("a", "1")) == ["a"]
    assert works.set_up(works.part("a", "1")) == []


def test_another_input_makes_a_part_and_what_needs_it_anew(works: Works) -> None:
    def parts(version: str) -> list[Part]:
        return [works.part("c", after=("b",)), works.part("b", after=("a",)), works.part("a", version), works.part("z")]

    assert sorted(works.set_up(*parts("1"))) == ["a", "b", "c", "z"]
    assert works.set_up(*parts("2")) == ["a", "b", "c"]


def test_a_missing_output_is_made_again(works: Works) -> None:
    works.set_up(works.part("debian:12/slim"))
    (works.folder / "debian:12-slim").unlink()
    assert works.set_up(works.part("debian:12/slim")) == ["debian:12/slim"]


def test_what_is_made_from_a_part_is_made_again_with_it(works: Works) -> None:
    parts = works.part("a"), works.part("b", after=("a",)), works.part("c", after=("b",)), works.part("d")
    works.set_up(*parts)
    (works.folder / "a").unlink()
    assert works.set_up(*parts) == ["a", "b", "c"]


def test_parts_that_need_nothing_of_each_other_are_made_at_once(works: Works) -> None:
    both = threading.Barrier(2, timeout=10)

    def waiting() -> None:
        both.wait()  # passes when the other one is there too

    assert sorted(works.set_up(works.part("a", make=waiting), works.part("b", make=waiting))) == ["a", "b"]


def test_a_failure_is_raised_and_tried_again_next_time(works: Works) -> None:
    def fail() -> None:
        raise PartFailed("no network")

    with pytest.raises(PartFailed, match="no network"):
        works.set_up(works.part("a", make=fail), works.part("b", after=("a",)))
    assert works.made == []
    assert works.set_up(works.part("a"), works.part("b", after=("a",))) == ["a", "b"]


def test_a_failed_renewal_forgets_that_the_old_one_was_good(works: Works) -> None:
    def fail() -> None:
        raise PartFailed("no network")

    works.set_up(works.part("a", "1"))
    with pytest.raises(PartFailed):
        works.set_up(works.part("a", "2", make=fail))
    assert (works.folder / "a").read_text() == "a"
    assert works.set_up(works.part("a", "1")) == ["a"]


def test_a_part_that_makes_nothing_is_a_failure(works: Works) -> None:
    missing = Part("a", lambda: None, (works.folder / "never",))
    with pytest.raises(PartFailed, match="never is not there"):
        works.set_up(missing)


def test_a_need_that_nobody_makes_is_a_failure_and_no_wait_without_end(works: Works) -> None:
    with pytest.raises(PartFailed, match="nobody makes what b need"):
        works.set_up(works.part("a"), works.part("b", after=("misspelt",)))


def test_what_takes_long_is_shown(
    works: Works, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "TICK", 0.05)
    works.set_up(works.part("slow one", make=lambda: time.sleep(0.2)))
    said = capsys.readouterr().err
    assert "still at work: slow one (0 s)" in said
    assert "set up in" in said


def test_nothing_is_said_when_nothing_is_made(works: Works, capsys: pytest.CaptureFixture[str]) -> None:
    works.set_up(works.part("a"))
    capsys.readouterr()
    works.set_up(works.part("a"))
    assert capsys.readouterr().err == ""


def test_a_program_that_fails_shows_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "log" / "x.log"
    with pytest.raises(PartFailed, match=r"`sh` ended with 3; see .*x\.log\n(.*\n)*line 40"):
        run(["sh", "-c", "for n in $(seq 40); do echo line $n; done; exit 3"], log)
    assert "line 1\n" in log.read_text()


def test_a_fresh_directory_is_empty(tmp_path: Path) -> None:
    (tmp_path / "work" / "old").mkdir(parents=True)
    assert list(fresh(tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("old", [False, True])
def test_a_new_directory_takes_the_old_ones_place(tmp_path: Path, old: bool, left: bool) -> None:
    new, place, aside = tmp_path / "tree.new", tmp_path / "in" / "tree", tmp_path / "in" / "tree.old"
    for there, folder in ((True, new), (old, place), (left, aside)):
        if there:
            folder.mkdir(parents=True)
            (folder / folder.name).touch()
    replace(new, place)
    assert [path.name for path in place.iterdir()] == ["tree.new"]
    assert not new.exists()
    assert not aside.exists()


def test_a_new_file_takes_the_old_ones_place(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    (tmp_path / "new").write_text("new")
    replace(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "new"


INTERRUPTED = """
import sys, time
from pathlib import Path
from sandbox.engine.provision.parts import Part, Setup, fresh
place = Path(sys.argv[1])
def make():
    (fresh(place.with_name("tree.new")) / "half").touch()
    print("half", flush=True)
    time.sleep(60)
Setup([Part("tree", make, (place,), ("2",))], place.with_name("stamps")).run()
"""


def test_a_killed_set_up_leaves_the_old_output_and_is_taken_up_again(tmp_path: Path) -> None:
    place, made = tmp_path / "tree", list[str]()

    def make(text: str) -> None:
        new = fresh(tmp_path / "tree.new")
        (new / text).touch()
        replace(new, place)
        made.append(text)

    def set_up(version: str) -> None:
        Setup([Part("tree", lambda: make(version), (place,), (version,))], tmp_path / "stamps").run()

    set_up("1")
    command = [sys.executable, "-c", INTERRUPTED, str(place)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.kill()
    assert [path.name for path in place.iterdir()] == ["1"]
    set_up("1")
    assert made == ["1", "1"]  # nobody vouches for what was there
