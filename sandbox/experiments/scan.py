"""`scan`: known holes of what is visible in the final image, by its lists of packages and by its files.

As a scanner does, it looks at the final file system: what was upgraded or removed is gone from it. Unlike most, it
does not believe a list alone: files of vulnerable versions count also where the list was edited or taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.advisories import Advisories, Known, Signature
from sandbox.available import Stock
from sandbox.experiments.contents import by_size
from sandbox.facts import Build, Fact, Layer, LimitHit, Unavailable
from sandbox.images import with_files
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.scanfacts import Finding, Scan
from sandbox.stopped import LimitReached, NotAvailable

if TYPE_CHECKING:
    from sandbox.session import Session

FILES = 400_000  # of an image that is looked at; the supervisor refuses more


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Scan:
    built = facts[str(experiment.after)]
    assert isinstance(built, Build)  # noqa: S101  # the lab's specification was checked for it
    advisories = Advisories.of(session.stock.advisories)
    if lacking := nothing_to_fix(session.stock, advisories):
        raise NotAvailable(Unavailable("feature", "scan", lacking))
    made = with_files(built.layers)
    lists = [entry for entry in _asked(session, "packages", image=built.image_id)["packages"] if entry["visible"]]
    known = [*advisories.os_files, *advisories.python_files]
    files = _asked(session, "files", image=built.image_id, contents=by_size([known]))["files"]
    seen = [entry for entry in files if entry["visible"]]
    debian = [entry for entry in lists if entry["kind"] == "deb" and entry["name"] in session.stock.deb]
    python = [entry for entry in lists if entry["kind"] == "python"]
    return Scan(
        os=_findings(_os(debian, advisories, made), _by_file(seen, advisories.os_files, made)),
        python=_findings(_python(python, advisories, made), _by_file(seen, advisories.python_files, made)),
        os_packages=len(debian),
        python_packages=len(python),
    )


def nothing_to_fix(stock: Stock, advisories: Advisories) -> str:
    """Say what the stock lacks for this lab; "" where Debian and Python have something to fix."""
    older = stock.advisories.get("deb_files", {}).values()  # of packages that are here in two versions
    debian = any(advisories.of_debian(entry["source"], entry["version"]) for entry in older)
    python = any(
        len({advisories.of_python(name, version) is None for version in versions}) == 2
        for name, versions in stock.pip.items()
    )
    lacking = [kind for kind, there in (("Debian", debian), ("Python", python)) if not there]
    if not lacking:
        return ""
    kinds = " and ".join(lacking)
    return f"This lab is closed here: the stock has no {kinds} package both with a known hole and in a fixed version."


def _os(lists: list[Mapping[str, Any]], advisories: Advisories, made: list[Layer]) -> list[Finding]:
    """Only of packages that are in the index: what nobody can upgrade here is nobody's to fix."""
    found = []
    for entry in lists:
        holes = advisories.of_debian(entry["source"], entry["version"])
        if holes is not None:
            found.append(_listed(entry, holes.fixed, holes.cves, made))
    return found


def _python(lists: list[Mapping[str, Any]], advisories: Advisories, made: list[Layer]) -> list[Finding]:
    found = []
    for entry in lists:
        holes = advisories.of_python(entry["name"], entry["version"])
        if holes is not None:
            found.append(_listed(entry, holes.fixed, holes.cves, made))
    return found


def _listed(entry: Mapping[str, Any], fixed: str, cves: tuple[str, ...], made: list[Layer]) -> Finding:
    name, version, path = clean(entry["name"]), clean(entry["version"]), clean(entry["path"])
    return Finding(name, version, fixed, cves, made[entry["layer"]].created_by, listed=True, path=path)


def _by_file(files: list[Mapping[str, Any]], known: Mapping[Signature, Known], made: list[Layer]) -> list[Finding]:
    found = []
    for entry in files:
        what = known.get((entry["size"], entry["sha256"]))
        if what is not None:
            place = made[entry["layer"]].created_by
            holes, path = what.holes, clean(entry["path"])
            found.append(Finding(what.package, what.version, holes.fixed, holes.cves, place, listed=False, path=path))
    return found


def _findings(listed: list[Finding], by_file: list[Finding]) -> tuple[Finding, ...]:
    """Each package and version once; a list's word comes before a file's."""
    result: dict[tuple[str, str], Finding] = {}
    for finding in (*listed, *by_file):
        result.setdefault((finding.package.lower(), finding.version), finding)
    return tuple(result[key] for key in sorted(result))


def _asked(session: Session, verb: str, **fields: Any) -> dict[str, Any]:
    answer = session.ask(verb, **fields)
    if answer["too_many"]:
        raise LimitReached(LimitHit("image", FILES, "files"))
    return answer
