"""`python -m sandbox.engine.provision [--fetch]`: what the slots need, without the rest of the set-up.

For containers, where two do what `make setup` does at once: one with a network fetches (`--fetch`), and the sandbox
itself, which has none, makes the golden data root from that.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox.engine.entry import begin
from sandbox.engine.paths import layout
from sandbox.engine.provision.all import GOLDEN, parts
from sandbox.engine.provision.parts import PartFailed, Setup


def main() -> int:
    begin()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="all but the golden data root, which needs an engine")
    options = parser.parse_args()
    place = layout()
    try:
        made = parts(place, Path(sys.executable))
        wanted = [part for part in made if not (options.fetch and part.name == GOLDEN)]
        Setup(wanted, place.stamps).run()
    except PartFailed as error:
        print(f"provision: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
