from __future__ import annotations

import hashlib
from pathlib import Path

from sandbox.engine.provision.contents import HANDY, SMALLEST, signatures


def put(layer: Path, path: str, body: bytes) -> None:
    place = layer / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(body)


def test_a_package_is_known_by_its_largest_handy_file(tmp_path: Path) -> None:
    lists = "/.\n/usr/bin/large\n/usr/bin/handy\n/usr/share/doc/a/changelog\n/usr/bin/tiny\n"
    put(tmp_path, "var/lib/dpkg/info/a.list", lists.encode())
    put(tmp_path, "usr/bin/large", b"l" * (HANDY * 3))
    put(tmp_path, "usr/bin/handy", b"h" * (HANDY - 1))
    put(tmp_path, "usr/share/doc/a/changelog", b"d" * HANDY)
    put(tmp_path, "usr/bin/tiny", b"t")
    assert signatures([tmp_path]) == {"a": (HANDY - 1, hashlib.sha256(b"h" * (HANDY - 1)).hexdigest())}


def test_without_a_handy_file_the_smallest_will_do_and_papers_alone_do_not(tmp_path: Path) -> None:
    put(tmp_path, "var/lib/dpkg/info/a:amd64.list", b"/lib/a.so\n")
    put(tmp_path, "var/lib/dpkg/info/b.list", b"/usr/share/doc/b/copyright\n")
    put(tmp_path, "usr/lib/a.so", b"a" * (HANDY * 2))
    put(tmp_path, "usr/share/doc/b/copyright", b"b" * SMALLEST)
    assert [(name, size) for name, (size, _) in signatures([tmp_path]).items()] == [("a", HANDY * 2)]


def test_the_topmost_layer_s_file_counts_and_distroless_records_are_read(tmp_path: Path) -> None:
    lower, upper = tmp_path / "lower", tmp_path / "upper"
    put(lower, "var/lib/dpkg/status.d/a.md5sums", b"0123  usr/lib/a\n")
    put(lower, "usr/lib/a", b"old" * SMALLEST)
    put(upper, "usr/lib/a", b"new" * SMALLEST)
    assert signatures([lower, upper])["a"][1] == hashlib.sha256(b"new" * SMALLEST).hexdigest()
