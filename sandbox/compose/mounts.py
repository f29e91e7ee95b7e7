"""`volumes`, `tmpfs`, `configs` and `secrets` of a service, in every syntax → one long entry a mount.

A bind mount of the project's own folder is kept as "bind"; any other folder is a machine's, and there is none to give.
"""

from __future__ import annotations

import posixpath
import re

from sandbox.compose import shapes
from sandbox.compose.interpolation import FOLDER
from sandbox.compose.nodes import Json, Missing, Node, Scalar, Sequence, Wrong

MOST, PATH = 32, 300  # mounts of one service, characters of one path
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_WINDOWS, _DRIVE = re.compile(r"[A-Za-z]:(\\|/[^:]*:/)"), re.compile(r"(?<!^[A-Za-z]):")
_FOLDER = re.compile(r"[A-Za-z]:[\\/]")
_SHARED = frozenset({"shared", "rshared", "slave", "rslave"})
_TMPFS = re.compile(
    r"(size|mode|uid|gid|nr_inodes|nr_blocks)=\w{1,20}%?|rw|ro|defaults|a?sync|dirsync"
    r"|(no)?(exec|suid|dev|atime|diratime|relatime|strictatime|mand)"
)


def volumes(node: Node, key: str) -> Json:
    found = [_short(item) if isinstance(item, Scalar) else _long(item) for item in shapes.items(node, key)]
    if len(found) > MOST:
        raise _too_many(node)
    return found


def _too_many(node: Node) -> Missing:
    return Missing("mounts", f"A service may have {MOST} mounts here.", node.line)


def _short(node: Scalar) -> Json:
    said = shapes.text(node, "volumes")
    parts = (
        _DRIVE.split(said) if _WINDOWS.match(said) else said.split(":")
    )  # not d:/data, though Compose stumbles on it
    if len(parts) > 3 or not all(parts):
        raise Wrong(f"“{said[:60]}” is no mount; write VOLUME:PATH or VOLUME:PATH:ro.", node.line)
    if len(parts) == 1:
        return {"type": "volume", "target": _target(parts[0], node.line)}
    modes = parts[2].split(",") if len(parts) == 3 else []  # Compose reads over those that it does not know
    made: dict[str, Json] = _source(parts[0], node.line)
    if made["type"] == "bind" and _SHARED & set(modes):
        raise Missing("propagation", "Mounts are not shared with the machine here; leave that mode out.", node.line)
    made["target"] = _target(parts[1], node.line)
    if "ro" in modes:
        made["read_only"] = True
    if "nocopy" in modes and made["type"] == "volume":
        made["volume"] = {"nocopy": True}
    return made


def _source(said: str, line: int) -> dict[str, Json]:
    if said[0] in "./~\\" or _FOLDER.match(said):
        return {"type": "bind", "source": folder(said, line)}
    if "/" in said:
        raise Wrong(f"“{said[:60]}” is neither a volume's name nor a folder; write “./{said[:60]}”.", line)
    return {"type": "volume", "source": _volume(said, line)}


def folder(said: str, line: int) -> str:
    """A path below the project's folder, "./…". Missing: it is one of the machine's."""
    if "docker.sock" in said:
        raise Missing(said, "The engine's socket is never given to a container here; leave that mount out.", line)
    path = posixpath.normpath(said)
    if path == FOLDER or path.startswith(f"{FOLDER}/"):  # ${PWD}
        path = posixpath.normpath(path.removeprefix(FOLDER).lstrip("/") or ".")
    elif said[:1] in {"", "/", "~", "\\"} or _FOLDER.match(said) or path.split("/")[0] == ".." or "\0" in said:
        message = "This sandbox has no folders of a machine to mount; use a named volume, or a folder below “./”."
        raise Missing(said, message, line)
    return "." if path == "." else f"./{path}"


def _volume(said: str, line: int) -> str:
    if len(said) > PATH:
        raise Missing("name", f"A volume's name has at most {PATH} characters here.", line)
    if not _NAME.fullmatch(said):
        raise Wrong(f"“{said[:60]}” is no name of a volume.", line)
    return said


def _target(said: str, line: int) -> str:
    path = posixpath.normpath(said) if said else ""
    if len(path) > PATH:
        raise Missing("path", f"A mount's path has at most {PATH} characters here.", line)
    if not path.startswith("/") or path.strip("/") == "" or "\0" in path:
        raise Wrong(f"A mount goes to a path in the container such as /data, not to “{said[:60]}”.", line)
    return "/" + path.lstrip("/")


def _long(node: Node) -> Json:
    made = shapes.fields(node, "volumes", _LONG, ("type",))
    if "target" not in made:
        raise Wrong("“target” is missing in “volumes”; it says where the mount goes.", node.line)
    kind = made["type"]
    own = {"volume": "volume", "bind": "bind", "tmpfs": "tmpfs"}[str(kind)]
    for other in {"volume", "bind", "tmpfs"} - {own}:
        made.pop(other, None)
    made.pop("bind", None)  # what it says of creating folders and of propagation is the same for everybody here
    if kind == "bind":
        if not made.get("source"):
            raise Wrong("“source” is missing in “volumes”; it says which folder is mounted.", node.line)
        made["source"] = folder(str(made["source"]), node.line)
    elif kind == "volume" and "source" in made:
        made["source"] = _volume(str(made["source"]), node.line)
    elif kind == "tmpfs":
        made.pop("source", None)
    if made.get("read_only") is False:
        del made["read_only"]
    return made


def tmpfs(node: Node, key: str) -> Json:
    """PATH or PATH:options, as the engine takes them."""
    found: list[Json] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        path, _, options = shapes.text(item, key).partition(":")
        for option in options.split(",") if options else ():
            if not _TMPFS.fullmatch(option):
                raise Wrong(f"“{option[:30]}” is no option of a tmpfs; size=64m bounds it.", item.line)
        found.append(_target(path, item.line) + (f":{options}" if options else ""))
    if len(found) > MOST:
        raise _too_many(node)
    return found


def grants(node: Node, key: str) -> Json:
    """`configs` or `secrets` of a service: which, and where it is found in the container."""
    found: list[Json] = []
    for item in shapes.items(node, key):
        if isinstance(item, Scalar):
            made: dict[str, Json] = {"source": shapes.text(item, key)}
        else:
            made = shapes.fields(item, key, _GRANT, ("source",))
        target = str(made.get("target", made["source"]))
        base = "/run/secrets/" if key == "secrets" else "/"
        made["target"] = _target(target if target.startswith("/") else base + target, item.line)
        found.append(made)
    return found


def _type(node: Node, key: str) -> Json:
    said = shapes.text(node, key)
    if said not in {"volume", "bind", "tmpfs"}:
        raise Missing(f"volumes.type: {said}", f"Mounts of type “{said}” are not offered here.", node.line)
    return said


def _path(node: Node, key: str) -> Json:
    return _target(shapes.text(node, key), node.line)


def _tmpfs_size(node: Node, key: str) -> Json:
    return shapes.fields(node, key, {"size": shapes.size, "mode": _mode})


def _mode(node: Node, key: str) -> Json:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        raise Wrong(f"“{key}” takes a number without quotes, such as 0o1777.", node.line)
    return shapes.integer(node, key)


def _of_volume(node: Node, key: str) -> Json:
    made = shapes.fields(node, key, {"nocopy": shapes.boolean, "subpath": shapes.text, "labels": shapes.ignored})
    if "subpath" in made:
        made["subpath"] = folder(f"./{made['subpath']}", node.line).removeprefix("./")
    return made


_LONG: dict[str, shapes.Shape] = {
    "type": _type,
    "source": shapes.text,
    "target": _path,
    "read_only": shapes.boolean,
    "volume": _of_volume,
    "tmpfs": _tmpfs_size,
    "bind": shapes.ignored,
    "consistency": shapes.ignored,
}
_GRANT: dict[str, shapes.Shape] = {
    "source": shapes.text,
    "target": shapes.text,
    "uid": shapes.ignored,  # Compose itself ignores them outside of a swarm
    "gid": shapes.ignored,
    "mode": shapes.ignored,
}
