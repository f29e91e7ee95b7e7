"""Labs of scripts, profiles and registries: what their declarations may say. One thing of a real lab is changed."""

from __future__ import annotations

import pytest

from labs import running, specs
from labs.errors import SpecError
from labs.specs import Lab, parse


def changed(slug: str, old: str, new: str) -> Lab:
    texts = dict(specs.catalogue()[slug].texts)
    assert old in texts["lab.toml"]
    return parse(slug, {**texts, "lab.toml": texts["lab.toml"].replace(old, new, 1)})


@pytest.mark.parametrize(
    ("slug", "old", "new", "said"),
    [
        ("seccomp-profile", '  "read", ', '  "raed", ', r"experiment\[3\].needed: the probe has no “raed”"),
        ("seccomp-profile", 'profile = "profile.json"\nport', 'profile = "other.json"\nport', "name one of them"),
        ("seccomp-profile", 'kind = "syscalls"', 'kind = "syscalls"\nport = 80', r"experiment\[3\].port: .*remove it"),
        ("scan-gate", 'script = "gate"', 'script = "gat"', r"experiment\[1\].script: learners submit gate"),
        ("scan-gate", 'script = "gate"', "", r"experiment\[1\].script: “script” needs it"),
        ("scan-gate", "cases/high.json", "cases/hihg.json", r"case\[1\].files: context/cases/hihg.json does not exist"),
        ("scan-gate", '"report.json" = ', '"gate" = ', r"case\[1\].files: learners submit a gate"),
        ("scan-gate", 'name = "two-of-them"', 'name = "a-fixable-high"', "“a-fixable-high” is there twice"),
        ("scan-gate", 'kind = "script"', 'kind = "script"\nport = 80', r"experiment\[1\].port: .*remove it"),
        ("sign-and-verify", 'verify = "verify.sh"', 'verify = "check.sh"', r"experiment\[1\].verify: learners submit"),
        ("sign-and-verify", '"moving-tag", ', '"moving", ', "attacks"),
        ("sign-and-verify", 'attacks = ["unsigned"', 'image = ""\nattacks = ["unsigned"', r"image: this text is empty"),
        ("private-registry", 'passwords = ["htpasswd"', 'passwords = ["users"', r"experiment\[2\].passwords: learners"),
        ("private-registry", 'writer = "writer:battery-staple"', "", r"experiment\[2\].writer: “registry” needs it"),
        ("private-registry", "writer:battery-staple", "writer", "writer"),
    ],
)
def test_a_slip_is_named_with_its_key(slug: str, old: str, new: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        changed(slug, old, new)


def test_a_learners_image_does_not_run_under_a_learners_profile() -> None:
    lab = specs.catalogue()["seccomp-profile"]
    texts = {**lab.texts, "starter/Dockerfile": "FROM debian:12-slim\n"}
    texts["lab.toml"] = texts["lab.toml"].replace('dockerfile = "Dockerfile"\ntag = "notes:1"\n', "")
    texts["lab.toml"] = texts["lab.toml"].replace('["profile.json"]', '["profile.json", "Dockerfile"]')
    del texts["context/Dockerfile"]
    with pytest.raises(SpecError, match="only an image of the lab's own"):
        parse("seccomp-profile", texts)


def test_what_the_app_needs_was_recorded_and_nothing_of_it_is_forbidden() -> None:
    lab = specs.catalogue()["seccomp-profile"]
    (calls,) = [one for one in lab.experiments if one.kind == "syscalls"]
    lines = lab.context["calls.txt"].decode().splitlines()
    recorded = {line for line in lines if not line.startswith("#")}
    assert {call.partition("(")[0] for call in calls.needed} <= recorded
    assert {call for call in calls.forbidden if "(" not in call}.isdisjoint(recorded)
    assert set(calls.needed).isdisjoint(calls.forbidden)
    for call in (*calls.needed, *calls.forbidden):
        assert f"`{call.partition('(')[0]}`" in lab.brief or call.partition("(")[0] in lab.brief


def test_the_values_of_a_gate_are_new_in_every_run() -> None:
    lab = specs.catalogue()["scan-gate"]
    first, second = (running.plan(lab, {"gate": "#!/bin/sh\n"}).values for _ in range(2))
    assert set(first) == set(second) == set(lab.values)
    assert first["digest"] != second["digest"] and first["cve"].startswith("CVE-202")
    assert len({first["cve"], first["cve_second"], first["cve_low"], first["cve_medium"], first["cve_unfixed"]}) == 5


def test_no_number_of_a_gate_begins_as_its_kind_does() -> None:
    values = specs.catalogue()["scan-gate"].values
    for kind in ("cve", "package_", "installed_", "fixed_"):
        assert len({pattern for name, pattern in values.items() if name.startswith(kind)}) == 1


def test_every_name_in_a_gates_inputs_is_a_value() -> None:
    lab = specs.catalogue()["scan-gate"]
    known = {"{" + name + "}" for name in lab.values}
    for case in lab.experiments[0].cases:
        for source in case.files.values():
            text = lab.context[source].decode()
            found = {"{" + part.partition("}")[0] + "}" for part in text.split("{")[1:] if part[:1].isalpha()}
            assert found <= known, source
