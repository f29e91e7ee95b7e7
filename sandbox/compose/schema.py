"""Checks a file against the Compose specification's own schema, so that what Compose refuses is refused here too.

`schema.json` is that schema. A sentence here names the key and the line; Compose names neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.compose import casting
from sandbox.compose.nodes import Date, Node, Scalar, Sequence, Table, Wrong

Schema = Mapping[str, Any]
_WORDS = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "keys and values",
    "array": "a list",
}
_NO_SPACE = re.compile(r"([A-Za-z_][\w-]*):\S")
_SIZES = frozenset({"memory", "mem_limit", "mem_reservation", "memswap_limit", "shm_size", "size"})
_DURATIONS = frozenset(
    {"interval", "timeout", "start_period", "start_interval", "stop_grace_period", "delay", "window"}
)

# Compose takes an entry out that is there twice, but for these.
_ONCE = frozenset({
    "depends_on", "device_cgroup_rules", "external_links", "group_add", "models", "networks", "security_opt",
    "volumes_from",
})  # fmt: skip


def check(top: Node) -> None:
    """Wrong for the first place that Compose refuses, with its line."""
    _check(_schema(), top, "compose.yaml")


@cache
def _schema() -> Schema:
    found: Schema = json.loads((Path(__file__).parent / "schema.json").read_text("utf-8"))
    return found


@cache
def parents() -> Mapping[str, frozenset[str]]:
    """Key of the specification → the keys that it may be below; "" is a service."""
    found: dict[str, set[str]] = {}

    def walk(schema: Schema, name: str) -> None:
        for one in (schema, *schema.get("oneOf", ())):
            for key, inner in one.get("properties", {}).items():
                found.setdefault(key, set()).add(name)
                walk(inner, key)
            if "items" in one:
                walk(one["items"], name)

    for name, definition in _schema()["definitions"].items():
        walk(definition, {"service": "", "deployment": "deploy", "development": "develop"}.get(name, name))
    return {key: frozenset(names) for key, names in found.items()}


def _check(schema: Schema, node: Node, key: str) -> None:
    if "$ref" in schema:
        schema = _schema()["definitions"][schema["$ref"].rpartition("/")[2]]
    choices = schema.get("oneOf")
    if choices:
        _check_one_of(choices, node, key)
        return
    types = _types(schema)
    if types and not _kinds(node) & set(types):
        raise Wrong(_wrong_type(types, node, key), node.line)
    if isinstance(node, Scalar):
        _check_scalar(schema, node, key)
        casting.check(set(types), node, key)
    elif isinstance(node, Sequence):
        _check_items(schema, node, key)
    else:
        _check_table(schema, node, key)


def _check_one_of(choices: list[Schema], node: Node, key: str) -> None:
    fitting = [one for one in choices if _kinds(node) & set(_types(one))]
    if not fitting:
        types = [name for one in choices for name in _types(one)]
        raise Wrong(_wrong_type(list(dict.fromkeys(types)), node, key), node.line)
    refusals = []
    for one in fitting:
        try:
            return _check(one, node, key)
        except Wrong as wrong:
            refusals.append(wrong)
    raise refusals[0]


def _types(schema: Schema) -> list[str]:
    if "$ref" in schema:
        return _types(_schema()["definitions"][schema["$ref"].rpartition("/")[2]])
    if "oneOf" in schema:
        return [name for one in schema["oneOf"] for name in _types(one)]
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def _kinds(node: Node) -> set[str]:
    """The schema's words for what a node is."""
    if isinstance(node, Table):
        return {"object"}
    if isinstance(node, Sequence):
        return {"array"}
    value = node.value
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int | float):
        return {"number", "integer"} if float(value).is_integer() else {"number"}
    return {"date"} if isinstance(value, Date) else {"string"}


def _check_scalar(schema: Schema, node: Scalar, key: str) -> None:
    value = node.value
    if "enum" in schema and value not in schema["enum"]:
        raise Wrong(f"“{key}” is one of {', '.join(schema['enum'])}.", node.line)
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        raise Wrong(f"“{key}” cannot be “{value[:60]}”.", node.line)
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, most = schema.get("minimum", value), schema.get("maximum", value)
        if not least <= value <= most:
            raise Wrong(f"“{key}” cannot be {value}.", node.line)


def _check_items(schema: Schema, node: Sequence, key: str) -> None:
    seen: dict[str, int] = {}
    for item in node.items:
        _check(schema.get("items", {}), item, key)
        if schema.get("uniqueItems") and key in _ONCE:
            text = repr(_plain(item))
            if text in seen:
                raise Wrong(f"“{key}” has the same entry twice; the first is on line {seen[text]}.", item.line)
            seen[text] = item.line


def _plain(node: Node) -> Any:
    if isinstance(node, Table):
        return sorted((name, _plain(entry.node)) for name, entry in node.entries.items())
    return [_plain(item) for item in node.items] if isinstance(node, Sequence) else (type(node.value), node.value)


def _check_table(schema: Schema, node: Table, key: str) -> None:
    own, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, entry in node.entries.items():
        if name in own:
            _check(own[name], entry.node, name)
            continue
        matched = [inner for pattern, inner in patterns.items() if re.search(pattern, name)]
        for inner in matched:
            _check(inner, entry.node, name)
        if not matched and schema.get("additionalProperties") is False:
            raise Wrong(_unknown(name, key, own), entry.line)
    for name in schema.get("required", ()):
        if name not in node.entries:
            raise Wrong(f"“{name}” is missing in “{key}”.", node.line)


def _unknown(name: str, key: str, own: Mapping[str, Any]) -> str:
    shown = name[:60]
    if not own:
        return f"“{shown}” is no name for “{key}”; use letters, digits, “.”, “-” and “_”."
    if key in _schema()["properties"] and "image" in own:
        return f"“{key}” is indented as a service is; begin it where “services” begins, at the start of a line."
    said = _NO_SPACE.match(name)
    if said and said[1] in own:
        return f"A space is missing after “{said[1]}:”."
    close = get_close_matches(shown, own, 1)
    if close:
        return f"“{shown}” is no key of “{key}”; did you mean “{close[0]}”?"
    above = ", ".join(sorted(f"“{one}”" for one in parents().get(name, ()) if one))
    return f"“{shown}” is no key of “{key}”" + (f"; it goes below {above}." if above else ".")


def _wrong_type(types: list[str], node: Node, key: str) -> str:
    wanted = " or ".join(dict.fromkeys(_WORDS[name] for name in types if name in _WORDS))
    if not isinstance(node, Scalar):
        return f"“{key}” takes {wanted}, not {_WORDS['array' if isinstance(node, Sequence) else 'object']}."
    return next(_of_scalar(types, node, key, wanted))


def _of_scalar(types: list[str], node: Scalar, key: str, wanted: str) -> Iterator[str]:
    text = node.text[:40]
    if node.value is None:
        yield f"“{key}” has no value; it takes {wanted}."
    if "string" in types and key in _SIZES:
        yield f"“{key}” takes a size with its unit, such as {text}m; {text} alone has none."
    if "string" in types and key in _DURATIONS:
        yield f"“{key}” takes a duration with its unit, such as {text}s; {text} alone has none."
    if "string" in types:
        yield f'“{key}” takes text, and {text} is {_kind(node)}; put it into quotes: "{text}".'
    if "array" in types and text.startswith("-"):
        yield "A space is missing after “-”."
    said = _NO_SPACE.match(text)
    if said and said[1] in parents():
        yield f"A space is missing after “{said[1]}:”."
    yield f"“{key}” takes {wanted}, not “{text}”."


def _kind(node: Scalar) -> str:
    if isinstance(node.value, Date):
        return "a date"
    return "true or false" if isinstance(node.value, bool) else "a number"
