"""The map from the lesson to every question and check: three objectives, twenty-one skills. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Objective:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Skill:
    """`id` is "<objective>.<name>"; the name is also the anchor of its section in the lesson."""

    id: str
    title: str
    objective: str
    group: str = ""  # within security: image, runtime or registry

    @property
    def anchor(self) -> str:
        return self.id.partition(".")[2]


OBJECTIVES: Mapping[str, Objective] = MappingProxyType(
    {
        "architecture": Objective("architecture", "Understand container concepts and Docker architecture"),
        "dockerfile": Objective("dockerfile", "Write optimized Dockerfiles following best practices"),
        "security": Objective("security", "Implement container security measures"),
    }
)

_TITLES = {
    ("architecture", ""): {
        "client-server": "Client and daemon",
        "images": "Images",
        "containers": "Containers",
        "volumes": "Volumes",
        "networks": "Networks",
    },
    ("dockerfile", ""): {
        "multi-stage": "Multi-stage builds",
        "non-root": "Run as a non-root user",
        "version-tags": "Specific version tags",
        "health-checks": "Health checks",
        "layer-caching": "Layer caching",
    },
    ("security", "image"): {
        "minimal-base": "Minimal base images",
        "vulnerability-scan": "Scan for vulnerabilities",
        "sign-verify": "Sign and verify images",
        "no-root": "No way back to root",
    },
    ("security", "runtime"): {
        "read-only": "Read-only file systems",
        "resource-limits": "Resource limits",
        "network-policy": "Network policies",
        "seccomp": "Seccomp profiles",
    },
    ("security", "registry"): {
        "private-registry": "Private registries",
        "access-control": "Access control",
        "registry-scan": "Scan in the registry",
    },
}

SKILLS: Mapping[str, Skill] = MappingProxyType(
    {
        f"{objective}.{name}": Skill(f"{objective}.{name}", title, objective, group)
        for (objective, group), titles in _TITLES.items()
        for name, title in titles.items()
    }
)
