from __future__ import annotations

import io
import tarfile
from pathlib import Path

from sandbox.hostile.cases import Generate
from sandbox.hostile.payload import generated, payload, write
from tests.sandbox.hostile.folders import TEXT, case


def test_names_between_signs_become_this_runs_values(tmp_path: Path) -> None:
    made = case(tmp_path, Dockerfile="RUN cat @WHERE@ @OTHER@ ${WHERE}\n")
    assert payload(made, {"WHERE": "/secret"}) == {"Dockerfile": b"RUN cat /secret @OTHER@ ${WHERE}\n"}


def test_a_generator_repeats_and_counts() -> None:
    assert generated(Generate(file="x", head="<", repeat="a#,", times=3, tail=">")) == b"<a0,a1,a2,>"
    assert generated(Generate(file="x", repeat="ff", times=2, head="00", encoding="hex")) == b"\x00\xff\xff"


def test_an_archive_unpacks_to_what_it_says() -> None:
    made = generated(Generate(file="x", repeat="z", times=3, encoding="tar.gz"))
    assert len(made) < 20_000
    with tarfile.open(fileobj=io.BytesIO(made)) as archive:
        (member,) = archive.getmembers()
        stream = archive.extractfile(member)
        assert stream is not None
        assert stream.read() == b"z" * (3 << 20)


def test_generated_files_may_have_folders(tmp_path: Path) -> None:
    text = TEXT.replace("submission", "client") + '[[generate]]\nfile = ".git/HEAD"\nrepeat = "ref"\n'
    target = tmp_path / "written"
    write(payload(case(tmp_path, text), {}), target)
    assert (target / ".git" / "HEAD").read_text() == "ref"
