"""Where things live under `var/`, and the short runtime directory for sockets. Standard library only."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Layout:
    """Every path of one installation, derived from its `var/`."""

    var: Path

    @property
    def tree(self) -> Path:
        return self.var / "engine" / "tree"

    @property
    def images(self) -> Path:
        return self.var / "images"

    @property
    def packages(self) -> Path:
        return self.var / "packages"

    @property
    def golden(self) -> Path:
        """The data root with every catalogue image, copied for each slot: a sparse ext4 file, or an archive."""
        return self.var / "golden" / ("data.img" if has_loop_devices() else "data.tar")

    @property
    def stock(self) -> Path:
        """What is available here, as `sandbox.available.Stock` reads it."""
        return self.var / "golden" / "stock.json"

    @property
    def slots(self) -> Path:
        return self.var / "sandbox"

    @property
    def stamps(self) -> Path:
        return self.var / "stamps"

    @property
    def name(self) -> str:
        """Short and unique to this `var/`: names cgroups and the runtime directory."""
        return "slipway-" + hashlib.sha256(str(self.var.resolve()).encode()).hexdigest()[:8]

    @property
    def runtime(self) -> Path:
        """Sockets live here, not in `var/`: a socket's path may hold 107 bytes, a clone's path may not.

        SLIPWAY_RUNTIME: the directory above, where containers share one.
        """
        return Path(os.environ.get("SLIPWAY_RUNTIME", "/run")) / self.name

    @property
    def control(self) -> Path:
        return self.runtime / "control.sock"


def has_loop_devices() -> bool:
    """A container has none, and a slot's data root is then bounded another way."""
    return Path("/dev/loop-control").exists()


def layout(var: Path | None = None) -> Layout:
    return Layout(var or Path(os.environ.get("SLIPWAY_VAR") or PROJECT / "var"))
