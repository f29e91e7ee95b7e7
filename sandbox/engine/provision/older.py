"""Older versions of Debian packages, made out of the newest where the archive no longer has an older one.

A point release takes the security updates in, and from that day on the archive has one version of these packages. What
labs need is a version below the update, so the newest is packed once more under the version that its own changelog
names before the last update. Only numbers change: it is vulnerable by its name, as scanners see it.
"""

from __future__ import annotations

import gzip
import itertools
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sandbox.engine.provision.parts import PartFailed, say

UPDATE = re.compile(r"[+~]deb\d+u\d+")  # of a stable release: what it mends was open in that release
ENTRY = re.compile(r"^(?P<source>\S+) \((?P<version>[^)]+)\) .*?;.*?$(?P<text>.*?)^ -- ", re.MULTILINE | re.DOTALL)
CVE = re.compile(r"CVE-\d{4}-\d{4,7}")


def complete(folder: Path, names: Iterable[str]) -> list[str]:
    """Make an older version of each package of `names` that has only one in `folder`; those that were made."""
    wanted = sorted(set(names))
    made = []
    for name in wanted:
        files = sorted(folder.glob(f"{name}_*.deb"))
        if len(files) != 1:
            continue
        before = version_before(changelog(files[0]), field(files[0], "Version"))
        if before is not None:
            repack(files[0], before, wanted)
            made.append(name)
            say(f"{name}: the archive has no older version any more; {files[0].name} stands in for {before}")
    return made


def version_before(text: str, version: str) -> str | None:
    """The version that the changelog names before the newest update with CVEs up to `version`; None: there is none."""
    entries = list(ENTRY.finditer(text))
    for entry, previous in itertools.pairwise(entries):
        mends = UPDATE.search(entry["version"]) and CVE.search(entry["text"])
        if mends and not _newer(entry["version"], version) and _newer(version, previous["version"]):
            return previous["version"]
    return None


def repack(deb: Path, version: str, others: Iterable[str]) -> Path:
    """The same files under another version, next to it; no demands on versions of `others`, which are repacked too."""
    target = deb.with_name(f"{field(deb, 'Package')}_{version.replace(':', '-')}_{field(deb, 'Architecture')}.deb")
    with tempfile.TemporaryDirectory(dir=deb.parent, prefix=".repack-") as work:
        root = Path(work) / "root"
        subprocess.run(["dpkg-deb", "-R", deb, root], check=True)
        control = root / "DEBIAN" / "control"
        text = re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text(), count=1)
        for name in others:
            text = re.sub(rf"(?<![\w.+-])({re.escape(name)}(?::\w+)?) \([^)]*\)", r"\1", text)
        control.write_text(text)
        subprocess.run(["dpkg-deb", "-Zgzip", "-z1", "--build", root, target], check=True, capture_output=True)
    return target


def changelog(deb: Path) -> str:
    """Of Debian's own entries; "" where the package has its documents in another one."""
    path = f"./usr/share/doc/{field(deb, 'Package')}/changelog.Debian.gz"
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as packed:
        done = subprocess.run(["tar", "-xO", path], stdin=packed.stdout, capture_output=True, check=False)
        packed.kill()
    return gzip.decompress(done.stdout).decode(errors="replace") if done.returncode == 0 and done.stdout else ""


def field(deb: Path, name: str) -> str:
    """One field of a package's control file. PartFailed: the file is no package."""
    done = subprocess.run(["dpkg-deb", "-f", deb, name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PartFailed(f"{deb} is not a Debian package: {done.stderr}")
    return done.stdout.strip()


def _newer(version: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", version, "gt", other], check=False).returncode == 0
