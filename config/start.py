"""`make run`: installs what the web server needs, then becomes the runner, which does everything else behind it.

Older Pythons read this file to say that they are too old: no newer syntax before `begin()`.
"""

import os
import sys

from sandbox.engine.entry import begin

begin()

from config.installing import PYTHON, Stopped, install_for_the_web  # noqa: E402  # needs the Python that was checked


def main() -> int:
    try:
        install_for_the_web()
    except Stopped as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    sys.stdout.flush()
    words = [str(PYTHON), "-m", "config.runner", *sys.argv[1:]]
    return os.execv(PYTHON, words)  # noqa: S606  # the same process, so that Ctrl-C and exit status stay its own


if __name__ == "__main__":
    sys.exit(main())
