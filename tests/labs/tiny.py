"""The smallest lab that uses every kind of experiment, as texts; tests change one thing at a time."""

from __future__ import annotations

from labs.specs import Lab, parse

LAB_TOML = """\
version = 3
title = "Tiny"
summary = "A lab for tests."
skills = ["dockerfile.non-root", "dockerfile.layer-caching"]
files = ["Dockerfile", ".dockerignore"]
extra_files = ["entrypoint.sh"]
pass_at = 6
hints = ["One?", "Two.", "Three."]

[limits]
start_seconds = 5

[[experiment]]
id = "image"
kind = "build"

[[experiment]]
id = "app"
kind = "start"
after = "image"

[[experiment.request]]
method = "POST"
path = "/notes"
body = "{note}"
status = 201

[[experiment.request]]
path = "/notes"
contains = "{note}"

[[experiment]]
id = "setuid"
kind = "added-files"
after = "image"

[[experiment]]
id = "access"
kind = "write-access"
after = "app"
code = ["app.py"]

[[experiment]]
id = "edit"
kind = "rebuild"
after = "image"
edit = { file = "app.py", old = "Hello", new = "Hello {word}" }
dependency = "bottle"

[[check]]
id = "builds"
from = "image"
title = "It builds"
skill = "dockerfile.non-root"
points = 1

[[check]]
id = "serves"
from = "app"
needs = ["builds"]
title = "It answers"
skill = "dockerfile.non-root"
points = 1

[[check]]
id = "no-root-process"
from = "app"
needs = ["serves"]
title = "Nothing runs as root"
skill = "dockerfile.non-root"
points = 3

[[check]]
id = "code-not-writable"
from = "access"
needs = ["serves"]
title = "It cannot rewrite itself"
skill = "dockerfile.non-root"
points = 1.5
required = false

[[check]]
id = "deps-cached-on-source-change"
from = "edit"
needs = ["builds"]
title = "Packages come from the cache"
skill = "dockerfile.layer-caching"
points = 1
"""

TEXTS = {
    "lab.toml": LAB_TOML,
    "brief.md": "## Goal\n\nMake it better.\n",
    "starter/Dockerfile": "FROM debian:12-slim\n",
    "starter/.dockerignore": "",
    "context/app.py": 'print("Hello")\n',
}


def lab(old: str = "", new: str = "", **texts: str) -> Lab:
    """The tiny lab with one text of its lab.toml replaced, and other files on top."""
    assert old in LAB_TOML
    changed = LAB_TOML.replace(old, new) if old else LAB_TOML
    return parse("tiny", {**TEXTS, "lab.toml": changed, **texts})
