"""The project's folder as a volume: the engine cannot see our folders, so what a service mounts of it lies there."""

from __future__ import annotations

import io
import posixpath
import tarfile
from collections.abc import Iterator, Mapping

import docker

from sandbox.compose.checking import entries
from sandbox.compose.emission import Terms
from sandbox.compose.project import Project

IMAGE = "python:3.11-slim"  # any image of the catalogue: it is only created, never started


def contents(project: Project, terms: Terms) -> dict[str, str | None]:
    """Path in the volume → text, or None for a folder. Empty when no service mounts anything of it."""
    found: dict[str, str | None] = {}
    for service in project.services.values():
        for mount in entries(service.settings.get("volumes")):
            if isinstance(mount, dict) and mount["type"] == "bind":
                found |= _mounted(str(mount["source"]).removeprefix(".").strip("/"), terms.given.files)
        for section, described in (("configs", project.configs), ("secrets", project.secrets)):
            for grant in entries(service.settings.get(section)):
                assert isinstance(grant, dict)  # noqa: S101  # as `mounts` made it
                name = str(grant["source"])
                found[f"{section}/{name}"] = _text(described[name], terms)
    return found


def _mounted(path: str, files: Mapping[str, str]) -> dict[str, str | None]:
    """A file, the files of a folder, or, as Docker does it, a new folder where there is nothing of that name."""
    if path in files:
        return {f"project/{path}": files[path]}
    below = path + "/" if path else ""
    inside = {f"project/{name}": text for name, text in files.items() if name.startswith(below)}
    folder: dict[str, str | None] = {f"project/{path}".rstrip("/"): None}
    return {**folder, **inside}


def _text(described: Mapping[str, object], terms: Terms) -> str:
    if "content" in described:
        return str(described["content"])
    return terms.given.text(str(described["file"]), 0)


def fill(client: docker.APIClient, name: str, texts: Mapping[str, str | None]) -> None:
    """A new volume with these files, readable by everybody, as a folder of a person's would be."""
    client.create_volume(name)
    config = client.create_host_config(binds={name: {"bind": "/volume", "mode": "rw"}}, network_mode="none")
    container = client.create_container(IMAGE, ["true"], host_config=config)["Id"]
    try:
        client.put_archive(container, "/volume", _archive(texts))
    finally:
        client.remove_container(container)


def _archive(texts: Mapping[str, str | None]) -> bytes:
    stream = io.BytesIO()
    folders = {folder for path in texts for folder in _above(path)} | {p for p, text in texts.items() if text is None}
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for folder in sorted(folders):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for path, text in texts.items():
            if text is not None:
                body = text.encode()
                entry = tarfile.TarInfo(path)
                entry.size, entry.mode = len(body), 0o755 if text.startswith("#!") else 0o644
                archive.addfile(entry, io.BytesIO(body))
    return stream.getvalue()


def _above(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path
