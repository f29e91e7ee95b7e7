"""Is everything there that a service names? Compose and the engine would say so later, and without a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from difflib import get_close_matches

from sandbox.compose import envfile
from sandbox.compose.given import Given
from sandbox.compose.nodes import Json, Missing, Wrong
from sandbox.compose.services import Service

FEW = 3  # names that are said in a sentence


def check(
    services: Mapping[str, Service],
    there: Mapping[str, Set[str]],
    given: Given,
    described: Mapping[str, Mapping[str, Mapping[str, Json]]],
) -> None:
    """`there`: the names that the file describes, by section. Wrong or Missing for the first that is not."""
    known = {**there, **{key: set(services) for key in ("depends_on", "links", "network_mode")}}
    for service in services.values():
        for key, names in known.items():
            for name in _named(service, key):
                if name not in names:
                    there_are = ", ".join(sorted(names)) or "none"
                    message = f"“{service.name}” names “{name[:60]}” in “{key}”; the file describes {there_are}."
                    raise Wrong(message, service.lines.get(key, service.line))
        _read_files(service, given)
        _granted(service, described, given)
        _image(service, given)
    _refuse_circles(services)
    _refuse_shared_ports(services)


def entries(value: Json) -> list[Json]:
    """The items of a list; nothing for what is left out."""
    return value if isinstance(value, list) else []


def _named(service: Service, key: str) -> Iterator[str]:
    value = service.settings.get(key)
    if isinstance(value, str):  # network_mode: service:NAME
        if value.startswith("service:"):
            yield value.removeprefix("service:")
    elif isinstance(value, dict):
        yield from value
    for item in entries(value):
        if not isinstance(item, dict):
            yield str(item).split(":")[0]
        elif key != "volumes" or (item["type"] == "volume" and "source" in item):
            yield str(item["source"])


def _read_files(service: Service, given: Given) -> None:
    for one in entries(service.settings.get("env_file")):
        assert isinstance(one, dict)  # noqa: S101  # as `services` made it
        path, line = str(one["path"]), service.lines["env_file"]
        if one.get("required", True) or path.removeprefix("./") in given.files:
            envfile.read(given.text(path, line), raw=one.get("format") == "raw", line=line)
    for option in entries(service.settings.get("security_opt")):
        name, _, path = str(option).partition(":")
        if name == "seccomp":
            given.text(path, service.lines["security_opt"])


def _granted(service: Service, described: Mapping[str, Mapping[str, Mapping[str, Json]]], given: Given) -> None:
    """The files of the configs and secrets that a service uses; nobody reads the others."""
    for section, definitions in described.items():
        for grant in entries(service.settings.get(section)):
            file = definitions[str(grant["source"])].get("file") if isinstance(grant, dict) else None
            if file:
                given.text(str(file), service.lines[section])


def _image(service: Service, given: Given) -> None:
    if "build" in service.settings:
        if not given.builds:
            message = "Nothing of yours is built in this lab; use the image that the brief names."
            raise Missing("build", message, service.lines["build"])
        return
    image = str(service.settings["image"])
    if given.image(image) is None:
        close = get_close_matches(image[:100], given.there, 1, 0.5)
        near = f"; the nearest is {close[0]}" if close else ""
        few = f"; there is {', '.join(given.there)}" if len(given.there) <= FEW and not near else ""
        message = f"{image[:100]} is not available here{near or few}. The page “What is in the sandbox” lists what is."
        raise Missing(image, message, service.lines["image"], image=True)


def _refuse_shared_ports(services: Mapping[str, Service]) -> None:
    """A port of the machine leads to one service; the engine would refuse the second, without a line."""
    taken: list[tuple[str, str, str, str]] = []  # port, protocol, address, service
    for service in services.values():
        if service.settings.get("profiles"):
            continue
        for one in entries(service.settings.get("ports")):
            if not isinstance(one, dict) or not str(one.get("published", "")).isdigit():
                continue
            own = (str(one["published"]), str(one["protocol"]), str(one.get("host_ip", "")), service.name)
            other = next((name for *port, name in taken if name != service.name and _same_port(port, own)), None)
            if other:
                message = f"“{other}” and “{service.name}” both publish port {own[0]} of the machine; it leads to one."
                raise Wrong(f"{message} Give one of them another.", service.lines["ports"])
            taken.append(own)


def _same_port(port: Sequence[str], own: Sequence[str]) -> bool:
    """The same address of the machine, or one of them is every address."""
    every = {"", "0.0.0.0", "::"}  # noqa: S104
    return list(port[:2]) == list(own[:2]) and (port[2] == own[2] or bool({port[2], own[2]} & every))


def _refuse_circles(services: Mapping[str, Service]) -> None:
    """Services that wait for each other never start."""
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        service = services[name]
        if name in above:
            line = service.lines.get("depends_on", service.line)
            raise Wrong(f"“{name}” waits for itself, through {' → '.join([*above, name])}.", line)
        if name not in done:
            for key in ("depends_on", "network_mode", "links"):
                for other in _named(service, key):
                    visit(other, (*above, name))
            done.add(name)

    for name in services:
        visit(name, ())
