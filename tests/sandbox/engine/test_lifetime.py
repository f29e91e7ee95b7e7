from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from sandbox.engine.paths import PROJECT

PARENT = """
import subprocess
from sandbox.engine.lifetime import end_with_parent
print(subprocess.Popen(["sleep", "60"], preexec_fn=end_with_parent).pid, flush=True)
input()
"""


def test_a_child_ends_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip() / "status"
        assert child.exists()
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 10
    while child.exists() and "State:\tZ" not in child.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.exists() or "State:\tZ" in child.read_text()
