"""Every `${…}` form beside bash, which the Dockerfile reference names as the model of each."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.expansion import ExpansionError, Work, expand

pytestmark = pytest.mark.fuzz

NAMES = st.sampled_from(["set", "empty", "unset"])
WORD = st.text(alphabet="ab/", max_size=4)
PATTERN = st.text(alphabet="ab*?", min_size=1, max_size=5)
PLAIN = st.builds(lambda form, name: form.replace("N", name), st.sampled_from(["$N", "${N}", "x${N}y", "$N.z"]), NAMES)
DEFAULT = st.builds(
    lambda name, form, word: f"${{{name}{form}{word}}}", NAMES, st.sampled_from([":-", "-", ":+", "+"]), WORD | PLAIN
)
TRIM = st.builds(
    lambda name, form, pattern: f"${{{name}{form}{pattern}}}",
    NAMES,
    st.sampled_from(["#", "##", "%", "%%"]),
    PATTERN,
)
REPLACE = st.builds(
    lambda name, form, pattern, word: f"${{{name}{form}{pattern}/{word}}}",
    NAMES,
    st.sampled_from(["/", "//"]),
    PATTERN,
    st.text(alphabet="xy", max_size=2),
)
NESTED = st.builds(lambda name, form, inner: f"${{{name}{form}{inner}}}", NAMES, st.sampled_from([":-", "+"]), DEFAULT)
FORM = PLAIN | DEFAULT | TRIM | REPLACE | NESTED


def in_bash(value: str, forms: list[str]) -> list[str]:
    """What bash makes of each form; in double quotes, where it splits no words and looks for no files."""
    script = "\n".join([f"set='{value}' empty=''; unset unset", *(f'printf "%s\\n" "{form}"' for form in forms)])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env={"LC_ALL": "C"})
    return done.stdout.splitlines()


@given(st.text(alphabet="ab/", max_size=8), st.lists(FORM, min_size=1, max_size=30))
@example("foobarbaz", ["${set#f*b}", "${set##f*b}", "${set%b*}", "${set%%b*}", "${set/ba/fo}", "${set//ba/fo}"])
@example("", ["${set:-a}", "${set-a}", "${set:+a}", "${set+a}", "${unset-a}", "${unset+a}", "${set#*}", "${set//a/x}"])
def test_it_expands_to_what_bash_expands_it_to(value: str, forms: list[str]) -> None:
    for form, expected in zip(forms, in_bash(value, forms), strict=True):
        try:
            assert expand(form, {"set": value, "empty": ""}, "\\", Work()) == expected, form
        except ExpansionError:
            assert "//" in form  # a replacement everywhere may depend on the engine, and is left to it
