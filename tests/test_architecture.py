"""The shape of the code: which package may import which, what runs before anything is installed, how long files are."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("config", "classroom", "labs", "lessons", "people", "sandbox")
# What each may import of ours; a trailing dot means "and all below". Itself is always allowed.
ARROWS = {
    "config": ("classroom.", "labs.", "lessons.", "people.", "sandbox."),
    "classroom": ("labs.", "lessons.", "people.", "sandbox."),
    # A lab's brief is cleaned by the same few lines as the lesson: two allow-lists of HTML would drift apart.
    # It tells the lesson which checks exist and what was built, and runs the lesson's experiments on the engine.
    "labs": (
        *("lessons.skills.", "lessons.models.", "lessons.rendering.", "lessons.lexer.", "lessons.outside."),
        *("lessons.content.", "lessons.errors.", "lessons.examples.", "lessons.quiz."),
        *("people.", "sandbox."),
    ),
    "lessons": ("people.",),
    "people": (),
    "sandbox": (),
}
ENGINE = ("sandbox.engine.", "sandbox.door.", "sandbox.errors.", "sandbox.references.")
BEFORE_INSTALLING = ("config.start", "config.setup", "config.behind", "config.runner", "sandbox.engine.__main__")
# What an old Python reads before it can say that it is too old.
READ_BY_OLD_PYTHONS = (
    *("config/__init__.py", "config/start.py", "config/setup.py"),
    *("sandbox/__init__.py", "sandbox/engine/__init__.py", "sandbox/engine/entry.py"),
)
NOT_OURS = {"node_modules", "__pycache__", "vendor", "var", ".venv", ".git"}
TEXT = {".py", ".toml", ".md", ".html", ".css", ".js", ".sh", ".json", ".yml", ".yaml", ".conf", ".txt", ".cfg", ""}
MOST_LINES = 300


def sources(*packages: str) -> list[Path]:
    found = [path for package in packages for path in sorted((PROJECT / package).rglob("*.py"))]
    # What learners read and build: labs' folders, and the lessons' worked examples.
    return [path for path in found if path.relative_to(PROJECT).parts[1:2] not in {("catalogue",), ("course",)}]


def module_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever in it, and each name taken from one."""
    own = module_of(path).split(".")
    package = own if path.name == "__init__.py" else own[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def among(name: str, allowed: tuple[str, ...]) -> bool:
    return f"{name}.".startswith(allowed)


def strangers(path: Path) -> list[str]:
    """Modules that are neither the standard library's nor ours."""
    return [name for name in imports(path) if name.split(".")[0] not in {*sys.stdlib_module_names, *PACKAGES}]


@pytest.mark.parametrize("package", [name for name in PACKAGES if (PROJECT / name).is_dir()])
def test_imports_run_one_way(package: str) -> None:
    allowed = (f"{package}.", *ARROWS[package])
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in sources(package)
        for name in imports(path)
        if name.split(".")[0] in PACKAGES and not among(name, allowed)
    ]
    assert wrong == []


def test_every_package_of_ours_has_its_arrows() -> None:
    found = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests", "bench"}
    assert found <= set(PACKAGES)


def test_nobody_imports_a_test() -> None:
    everything = [(path, name) for path in sources(*PACKAGES) for name in imports(path)]
    assert [pair for pair in everything if among(pair[1], ("tests.", "bench."))] == []


def test_the_sandbox_knows_no_django() -> None:
    wrong = {name.split(".")[0] for path in sources("sandbox") for name in imports(path)}
    assert not wrong & {"django", "celery", "redis"}


def test_the_root_side_needs_the_standard_library_and_the_door_only() -> None:
    for path in sources("sandbox/engine"):
        ours = [name for name in imports(path) if name.split(".")[0] in PACKAGES]
        assert [name for name in ours if not among(name, ENGINE)] == [], path
        assert strangers(path) == [], path


@pytest.mark.parametrize("module", BEFORE_INSTALLING)
def test_what_runs_before_anything_is_installed_loads_without_any_package(module: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import {module}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", READ_BY_OLD_PYTHONS)
def test_old_pythons_can_read_what_tells_them_that_they_are_too_old(file: str) -> None:
    ast.parse((PROJECT / file).read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("module", ["config.start", "config.setup"])
def test_nothing_newer_is_imported_before_the_version_is_checked(module: str) -> None:
    check = f"""
import sys
sys.path.insert(0, {str(PROJECT)!r})
sys.version_info = (3, 9, 2, "final", 0)
try:
    import {module}
except SystemExit as ended:
    print(ended)
    print(*(name for name in sys.modules if name.startswith(("config.", "sandbox."))))
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", check], capture_output=True, text=True, check=True)
    sentence, loaded = done.stdout.splitlines()
    assert sentence.startswith("Slipway needs Python 3.11 or newer; found 3.9.")
    assert set(loaded.split()) == {"sandbox.engine", "sandbox.engine.entry"}  # a module that ended is forgotten


def test_the_lessons_know_no_engine_and_no_queue() -> None:
    wrong = {name.split(".")[0] for path in sources("lessons") for name in imports(path)}
    assert not wrong & {"docker", "celery", "redis", "subprocess"}


def test_no_file_is_long() -> None:
    long = {
        str(path.relative_to(PROJECT)): count
        for path in sources(*PACKAGES, "tests", "bench")
        if (count := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def hosts() -> re.Pattern[str]:
    """Addresses of registries, package indexes and mirrors, put together here so that this file names none.

    A host within an image's name (as learners write it) is no address: those follow no http(s).
    """
    dot = r"\."
    anywhere = [
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        (r"registry-\d", "docker", "io"),
        ("auth", "docker", "io"),
        ("hub", "docker", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("rubygems", "org"),
    ]
    after_scheme = [("docker", "io"), ("gcr", "io"), ("ghcr", "io"), ("quay", "io"), ("mirror", r"[\w.-]+")]
    fetched = [rf"https?://(?:[\w-]+\.)*{dot.join(host)}\b" for host in after_scheme]
    return re.compile("|".join([*(rf"\b{dot.join(host)}\b" for host in anywhere), *fetched]))


def texts() -> Iterator[Path]:
    for folder, below, files in os.walk(PROJECT):
        below[:] = [name for name in below if name not in NOT_OURS and not name.endswith("_cache")]
        paths = [Path(folder) / name for name in files]
        yield from (path for path in paths if path.suffix in TEXT and path.is_file() and not path.is_symlink())


def test_no_file_names_a_registry_or_a_mirror() -> None:
    pattern = hosts()
    found = [
        f"{path.relative_to(PROJECT)}: {match[0]}"
        for path in texts()
        if (match := pattern.search(path.read_text("utf-8", errors="replace")))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("https://" + ".".join(("pypi", "org")) + "/simple", True),
        ("index = " + ".".join(("deb", "debian", "org")), True),
        ("FROM gcr.io/distroless/static-debian12:nonroot", False),
        ("https://" + ".".join(("gcr", "io")) + "/v2/", True),
        ("http://packages.slipway/simple", False),
    ],
)
def test_an_address_is_told_from_an_images_name(text: str, named: bool) -> None:
    assert (hosts().search(text) is not None) is named


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert "No changes detected" in out.getvalue()
