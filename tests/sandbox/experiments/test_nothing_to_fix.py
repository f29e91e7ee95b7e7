"""A stock in which nothing is left to fix closes the lab that asks for fixing."""

from __future__ import annotations

from dataclasses import replace

from sandbox.advisories import Advisories
from sandbox.available import Stock
from sandbox.experiments.scan import nothing_to_fix

KNOWN = {
    "deb": [{"source": "openssl", "fixed": "3.0.2", "cves": ["CVE-2026-1"]}],
    "deb_files": {"libssl3": {"source": "openssl", "version": "3.0.1", "files": []}},
    "pip": [{"name": "flask", "introduced": "", "fixed": "2.2.5", "cve": "CVE-2023-1"}],
}
STOCK = replace(
    Stock.of({"images": {}}), advisories=KNOWN, pip={"flask": ("2.2.4", "2.2.5")}, deb={"libssl3": ("3.0.1", "3.0.2")}
)


def said(stock: Stock) -> str:
    return nothing_to_fix(stock, Advisories.of(stock.advisories))


def test_an_older_and_a_fixed_version_of_each_kind_leave_something_to_do() -> None:
    assert said(STOCK) == ""


def test_after_a_point_release_without_an_older_version_the_lab_is_closed() -> None:
    closed = replace(STOCK, advisories={**KNOWN, "deb_files": {}})
    assert said(closed).startswith("This lab is closed here: the stock has no Debian package")


def test_a_package_that_is_here_in_its_vulnerable_version_alone_cannot_be_fixed() -> None:
    assert "Python" in said(replace(STOCK, pip={"flask": ("2.2.4",)}))
