from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sandbox.engine.paths import layout
from sandbox.engine.provision.programs import PACKAGES, versions

STATUS = """Package: docker.io
Status: install ok installed
Depends: containerd (>= 1.7),
 runc
Version: 28.5.2+dfsg4-5
Description: runs containers
 Version: 9 of this text is no version

Package: runc
Status: install ok installed
Version: 1.3.6+ds1-1
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("var/lib/dpkg", "usr/share/doc/cosign"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS)
    return tmp_path


def test_versions_are_those_of_the_packages(root: Path) -> None:
    assert versions(root) == {"Docker Engine": "28.5.2+dfsg4-5", "runc": "1.3.6+ds1-1"}


def test_a_program_without_a_package_counts_by_its_changelog(root: Path) -> None:
    with gzip.open(root / "usr/share/doc/cosign/changelog.Debian.gz", "wt") as stream:
        stream.write("cosign (3.1.1-2) unstable; urgency=medium\n\n  * Build.\n")
    assert versions(root)["cosign"] == "3.1.1-2"


@pytest.mark.engine
def test_the_engine_tree_names_every_program() -> None:
    assert versions(layout().tree).keys() == PACKAGES.keys()
