from __future__ import annotations

from sandbox.advisories import Advisories

DATA = {
    "deb": [
        {"source": "openssl", "fixed": "3.0.22-1~deb12u2", "cves": ["CVE-2026-2", "CVE-2026-10"]},
        {"source": "openssl", "fixed": "3.0.20-1~deb12u2", "cves": ["CVE-2026-1"]},
    ],
    "deb_files": {"libssl3": {"source": "openssl", "version": "3.0.20-1~deb12u2", "files": [[10, "a"]]}},
    "pip": [
        {"name": "urllib3", "introduced": "1.26.0", "fixed": "1.26.4", "cve": "CVE-2021-28363"},
        {"name": "urllib3", "introduced": "", "fixed": "1.24.2", "cve": "CVE-2019-11324"},
    ],
    "pip_files": {"urllib3": {"1.26.3": [[20, "b"]], "1.26.4": [[30, "c"]]}},
}
KNOWN = Advisories.of(DATA)


def test_only_what_came_after_the_version_is_open() -> None:
    holes = KNOWN.of_debian("openssl", "3.0.20-1~deb12u2")
    assert holes is not None
    assert (holes.fixed, holes.cves) == ("3.0.22-1~deb12u2", ("CVE-2026-2", "CVE-2026-10"))
    older = KNOWN.of_debian("openssl", "3.0.9-1")
    assert older is not None
    assert older.cves[0] == "CVE-2026-1"
    assert KNOWN.of_debian("openssl", "3.0.22-1~deb12u2") is None
    assert KNOWN.of_debian("zlib", "1") is None


def test_versions_before_and_after_a_hole_have_none() -> None:
    assert KNOWN.of_python("URLlib3", "1.26.3") is not None
    assert KNOWN.of_python("urllib3", "1.25.11") is None
    assert KNOWN.of_python("urllib3", "1.26.4") is None
    assert KNOWN.of_python("urllib3", "1.24.1") is not None


def test_files_are_known_of_vulnerable_versions_only() -> None:
    assert KNOWN.os_files[10, "a"].package == "libssl3"
    assert list(KNOWN.python_files) == [(20, "b")]


def test_a_stock_without_advisories_knows_nothing() -> None:
    assert Advisories.of({}).of_debian("openssl", "1") is None
