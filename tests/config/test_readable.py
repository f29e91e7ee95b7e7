from __future__ import annotations

import os
from pathlib import Path

from config.readable import make_sources_readable


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_clone_made_under_umask_077_is_opened_for_reading_and_nothing_more(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        for folder in ("config/inner", "labs", "lessons", "people", "sandbox", "static", "templates", "tests", "var"):
            (tmp_path / folder).mkdir(parents=True)
        for file in ("config/inner/a.py", "manage.py", "pyproject.toml", ".env", "var/secret_key"):
            (tmp_path / file).write_text("")
        (tmp_path / "manage.py").chmod(0o700)
        tmp_path.chmod(0o700)
        (tmp_path / "sandbox/link").symlink_to("/nonexistent")
    finally:
        os.umask(before)
    assert make_sources_readable(tmp_path) > 0
    assert mode(tmp_path) == mode(tmp_path / "config/inner") == 0o755
    assert mode(tmp_path / "config/inner/a.py") == 0o644
    assert mode(tmp_path / "manage.py") == 0o755
    assert mode(tmp_path / ".env") == mode(tmp_path / "var/secret_key") == 0o600
    assert make_sources_readable(tmp_path) == 0
