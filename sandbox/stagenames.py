"""Stages that are named and are not there: a word after `--from` that no image of that name can be meant by. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from sandbox.dockerfile import Dockerfile, Reference, references
from sandbox.facts import Problem
from sandbox.references import parse_name

# Images that people name by one word; what is one of these was not meant as a stage.
IMAGES = frozenset(
    (
        *("alpine", "amazonlinux", "archlinux", "bash", "busybox", "caddy", "centos", "clojure", "composer", "debian"),
        *("docker", "eclipse-temurin", "elixir", "erlang", "fedora", "gcc", "golang", "gradle", "haproxy", "haskell"),
        *("hello-world", "httpd", "julia", "mariadb", "maven", "memcached", "mongo", "mysql", "nginx", "node"),
        *("openjdk", "oraclelinux", "perl", "php", "postgres", "python", "rabbitmq", "redis", "registry"),
        *("rockylinux", "ruby", "rust", "scratch", "swift", "tomcat", "traefik", "ubuntu"),
    )
)
CLOSE = 0.6  # as alike as “build” and “builder”


def mistyped(parsed: Dockerfile, known: Collection[str]) -> Iterator[Problem]:
    """Problems of references that name no stage of the file. `known`: repositories of images that are here."""
    named = [stage.name for stage in parsed.stages if stage.name]
    for reference in references(parsed):
        if _is_stage(reference, named, known):
            yield Problem(_words(reference.name, named), reference.line)


def _is_stage(reference: Reference, named: list[str], known: Collection[str]) -> bool:
    """A plain word, no image's, in a file that names its stages; after FROM only where it is nearly one of them."""
    word = reference.name.lower()
    plain = parse_name(word) is not None and not set("/:@.") & set(word)
    if not plain or not named or word in IMAGES or word in known:
        return False
    return reference.kind != "FROM" or bool(difflib.get_close_matches(word, named, 1, CLOSE))


def _words(word: str, named: list[str]) -> str:
    near = difflib.get_close_matches(word.lower(), named, 1, CLOSE)
    meant = f"; is “{near[0]}” meant?" if near else ""
    return f"no stage is called “{word}”; stages: {', '.join(named)}{meant}"
