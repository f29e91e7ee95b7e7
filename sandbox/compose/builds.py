"""`build` of a service: the learner's Dockerfile as the lab builds it, and which keys it cannot have here."""

from __future__ import annotations

from sandbox.compose import shapes
from sandbox.compose.interpolation import FOLDER
from sandbox.compose.nodes import Json, Missing, Node, Scalar


def build(node: Node, key: str) -> Json:
    """The learner's Dockerfile as the lab builds it, so that nothing can be said here that the build did not do."""
    if isinstance(node, Scalar):
        made: dict[str, Json] = {"context": shapes.text(node, key)}
    else:
        made = {"context": ".", **shapes.fields(node, key, _BUILD)}
    context = str(made["context"]).replace(FOLDER, ".", 1)
    if context.rstrip("/") not in {".", ""}:
        raise Missing("build", "What is built here is the project's own folder: write “build: .”.", node.line)
    if str(made.get("dockerfile", "Dockerfile")).removeprefix("./") != "Dockerfile":
        raise Missing("build.dockerfile", "The file that is built here is “Dockerfile”.", node.line)
    return {"context": "."}


def _unbuilt(node: Node, key: str) -> Json:
    raise Missing(f"build.{key}", f"“{key}” is not offered here: {_INSTEAD.get(key, _AS_IT_IS)}.", node.line)


_AS_IT_IS = "the Dockerfile is built as it is; leave this out"
_INSTEAD = {
    "target": "the Dockerfile's last stage is built; put the stage that you mean last",
    "args": "give each ARG its default in the Dockerfile",
    "dockerfile_inline": "write it into the file “Dockerfile”",
}


_BUILD: dict[str, shapes.Shape] = {
    "context": shapes.text,
    "dockerfile": shapes.text,
    **dict.fromkeys(
        ("tags", "labels", "no_cache", "pull", "cache_from", "cache_to", "platforms", "provenance", "sbom"),
        shapes.ignored,
    ),
    **dict.fromkeys(
        ("args", "target", "dockerfile_inline", "additional_contexts", "secrets", "ssh", "network", "privileged",
         "entitlements", "extra_hosts", "isolation", "shm_size", "ulimits"),
        _unbuilt,
    ),
}  # fmt: skip
