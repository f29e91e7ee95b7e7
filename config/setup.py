"""`make setup`: everything a new machine lacks, in the foreground.

Older Pythons read this file to say that they are too old: no newer syntax before `begin()`. Exits 0 also where no
engine can run; `var/no-engine` then holds the reason, which the runner, the pages and the tests read.
"""

import sys

from sandbox.engine.entry import begin

begin()

from config.installing import Stopped, install_everything  # noqa: E402  # needs the Python that was checked


def main() -> int:
    try:
        install_everything()
    except Stopped as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
