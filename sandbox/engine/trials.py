"""Dockerfiles that build only where the engine has a feature, by the feature's name in `sandbox.newer`.

The engine is asked, not its version: distributions build BuildKit without saying which version it is.
"""

from __future__ import annotations

from collections.abc import Mapping

FILE = "file.txt"  # the one file in the context of a trial
BASE = "debian:12-slim"
CONTROL = f"FROM {BASE}\nCOPY {FILE} /\nRUN true\n"  # builds on every engine
TRIALS: Mapping[str, str] = {
    "COPY --parents": f"FROM scratch\nCOPY --parents {FILE} /to/\n",
    "RUN --security": f"FROM {BASE}\nRUN --security=sandbox true\n",
    "--exclude": f"FROM scratch\nCOPY --exclude=*.md {FILE} /to/\n",
    "ADD --unpack": f"FROM scratch\nADD --unpack=false {FILE} /to/\n",
    "a space after <<": f"FROM {BASE}\nRUN cat << EOF\ntext\nEOF\n",
    # Engines without it do not refuse the mode, they ignore it: the build has to look.
    "--chmod with letters": f'FROM {BASE}\nCOPY --chmod=u=rw,go= {FILE} /to\nRUN test "$(stat -c %a /to)" = 600\n',
    "RUN --mount=type=secret,env=": f"FROM {BASE}\nRUN --mount=type=secret,id=none,env=NONE true\n",
}
