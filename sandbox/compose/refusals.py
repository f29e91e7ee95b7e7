"""What a service may ask for on another machine and never here: each with a sentence that says what to do instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.compose import shapes
from sandbox.compose.nodes import Json, Missing, Node, Scalar, Wrong

# Docker's default set (github.com/moby/moby, oci/caps/defaults.go): more than that is never given.
DEFAULT_CAPABILITIES = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_CAPABILITY = re.compile(r"[A-Z_]{3,30}")
_MACHINE = "a container here shares no namespace with the machine; leave it out"
NEVER: Mapping[str, str] = {
    "cgroup": _MACHINE,
    "cgroup_parent": "the sandbox decides which control group a container is in; leave it out",
    "credential_spec": "it is for Windows",
    "device_cgroup_rules": "there are no devices here",
    "devices": "there are no devices here",
    "extends": "write the keys themselves, or share them with an anchor (&name, <<: *name)",
    "external_links": "there is nothing outside of the project",
    "gpus": "there are no devices here",
    "isolation": "it is for Windows",
    "label_file": "write the labels themselves",
    "blkio_config": "disks are shared fairly by the sandbox; leave it out",
    "oom_kill_disable": "what uses too much memory is ended here",
    "pid": _MACHINE,
    "runtime": "there is one runtime here; leave it out",
    "storage_opt": "the sandbox bounds the disk; leave it out",
    "sysctls": "kernel settings are read-only here; leave them out",
    "use_api_socket": "the engine's socket is never given to a container",
    "userns_mode": _MACHINE,
    "uts": _MACHINE,
    "volumes_from": "name the volume in both services instead",
}


def never(node: Node, key: str) -> Json:
    if isinstance(node, Scalar) and node.value is None:
        return None
    raise Missing(key, f"“{key}” is not available here: {NEVER[key]}.", node.line)


def off(node: Node, key: str) -> Json:
    """Only “true” is not offered."""
    if shapes.boolean(node, key):
        raise Missing(key, f"“{key}” is not available here: {NEVER[key]}.", node.line)
    return None


def privileged(node: Node, key: str) -> Json:
    if shapes.boolean(node, key):
        raise Missing(key, "“privileged” is not available here: no container gets the machine's powers.", node.line)
    return None


def network_mode(node: Node, key: str) -> Json:
    said = shapes.text(node, key)
    if said in {"", "default"}:
        return "bridge" if said else None
    if said in {"none", "bridge"} or re.fullmatch(r"service:[\w.-]{1,60}", said):
        return said
    if said == "host" or said.startswith("container:"):
        message = f"“network_mode: {said[:30]}” is not available here; give the service networks of the project."
        raise Missing(f"network_mode: {said}", message, node.line)
    raise Wrong(f"“{said[:40]}” is no network mode; networks are listed under “networks”.", node.line)


def ipc(node: Node, key: str) -> Json:
    said = shapes.text(node, key)
    if said not in {"private", "none", "shareable"}:
        raise Missing(f"ipc: {said}", f"“ipc: {said[:30]}” is not available here: {_MACHINE}.", node.line)
    return None


def platform(node: Node, key: str) -> Json:
    said = shapes.text(node, key)
    if said not in {"linux", "linux/amd64", "linux/x86_64"}:
        raise Missing(said, f"The platform here is linux/amd64, not {said[:30]}; leave “platform” out.", node.line)
    return None


def one(node: Node, key: str) -> Json:
    """`scale` and `replicas`: each service runs once."""
    if shapes.integer(node, key) != 1:
        raise Missing(key, f"Each service runs once here; leave “{key}” out.", node.line)
    return None


def added(node: Node, key: str) -> Json:
    names = [_capability(item, key) for item in shapes.items(node, key)]
    for item, name in zip(shapes.items(node, key), names, strict=True):
        if name not in DEFAULT_CAPABILITIES:
            message = f"The capability {name} is not given here; Docker's default set is the most there is."
            raise Missing(f"cap_add: {name}", message, item.line)
    return list(dict.fromkeys(names))


def dropped(node: Node, key: str) -> Json:
    return list(dict.fromkeys(_capability(item, key) for item in shapes.items(node, key)))


def _capability(node: Node, key: str) -> str:
    name = shapes.text(node, key).upper().removeprefix("CAP_")
    if not _CAPABILITY.fullmatch(name):
        raise Wrong(f"“{name[:40]}” is no capability.", node.line)
    return name


def security(node: Node, key: str) -> Json:
    """no-new-privileges, and a seccomp profile among the project's files ("seccomp:FILE")."""
    found: list[Json] = []
    for item in shapes.items(node, key):
        said = shapes.text(item, key)
        name, _, value = said.partition("=" if "=" in said else ":")
        if name == "no-new-privileges" and value in {"", "true"}:
            found.append("no-new-privileges:true")
        elif said in {"seccomp=builtin", "seccomp:builtin"}:
            continue  # what every container has
        elif name == "seccomp" and value and value != "unconfined":
            found.append(f"seccomp:{value.removeprefix('./')}")
        elif name in {"no-new-privileges", "seccomp", "apparmor", "label", "systempaths", "writable-cgroups"}:
            message = f"“{said[:40]}” is not available here: a container may be confined more, never less."
            raise Missing(f"security_opt: {said}", message, item.line)
        else:
            raise Wrong(f"“{said[:40]}” is no security option.", item.line)
    return list(dict.fromkeys(found))
