"""The lesson's console listings are run, command by command, and answer as the page says.

Stand-ins, since the engine has a network of its own: `curl` asks from within the network of the container `web`, and
`jq` is the one of the sandbox's tools. What `up` shows is a moving picture in a terminal, and is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from labs import specs, stacks
from labs.running import grade_in
from lessons import content
from sandbox.door import Slot

pytestmark = pytest.mark.engine
FOLDER = content.COURSE / "containerization"
APP = specs.catalogue()["hello-image"].context["app.py"].decode()
IMAGE = {"app.py": APP, "Dockerfile": 'FROM python:3.11-slim\nWORKDIR /app\nCOPY app.py .\nCMD ["python", "app.py"]\n'}
TOOLS = """
docker() {
    case "$1 ${2-}" in
    "run -d") command docker "$@" && sleep 2 ;; # a reader is slower than a script
    "compose up") command docker "$@" > /dev/null && sleep 1 ;;
    *) command docker "$@" ;;
    esac
}
curl() { docker run --rm --network=container:web slipway/tools:1 curl "$@"; }
jq() { docker exec --workdir /tmp tools jq "$@"; }
"""
WITH_JQ = """
docker run --detach --name tools slipway/tools:1 sleep infinity > /dev/null
docker exec --interactive tools sh -c 'cat > /tmp/report.json' < report.json
"""


def listings(section: str, language: str) -> list[str]:
    text = (FOLDER / f"{section}.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def dialogue(section: str) -> Iterator[tuple[str, str]]:
    """(command, what the page says that it answers)"""
    for listing in listings(section, "console"):
        for said in re.split(r"^\$ ", listing, flags=re.MULTILINE)[1:]:
            command, _, answer = said.partition("\n")
            yield command, answer


def plain(text: str) -> str:
    """Without what differs from run to run: identifiers, times and sizes."""
    text = re.sub(r"\b(sha256:)?[0-9a-f]{64}\b|\b[0-9a-f]{12}\b", "ID", text)
    text = re.sub(r"(About an?|An?|Less than a|\d+) (second|minute)s?( ago)?", "TIME", text)
    return " ".join(re.sub(r"\b[\d.]+MB\b", "SIZE", text).split())


def answers(slot: Slot, section: str, files: Mapping[str, str], before: str = "") -> list[tuple[str, str, str]]:
    """(command, what the page says, what happened)"""
    asked = list(dialogue(section))
    script = [TOOLS, before, *(f"echo '<next>'\n{command}" for command, _ in asked)]
    said = stacks.run(slot, section, {**files, stacks.SCRIPT: "\n".join(script)}).log.split("<next>\n")[1:]
    return [(command, plain(page), plain(now)) for (command, page), now in zip(asked, said, strict=True)]


@pytest.mark.parametrize("section", ["everyday-commands", "compose-syntax", "dockerfile-syntax", "shell-and-jq"])
def test_each_command_answers_as_the_page_says(slot: Slot, section: str) -> None:
    files, before = dict(IMAGE), ""
    if section == "dockerfile-syntax":
        files["Dockerfile"] = listings(section, "dockerfile")[1]
    if section == "compose-syntax":
        files["compose.yaml"] = listings(section, "yaml")[0]
    if section == "shell-and-jq":
        files, before = {"report.json": listings(section, "json")[0]}, WITH_JQ
    said = answers(slot, section, files, before)
    assert said and [(command, now) for command, _, now in said] == [(command, page) for command, page, _ in said]


def test_the_ten_lines_are_a_good_dockerfile(slot: Slot) -> None:
    """They pass the lab about the cache."""
    files = {"Dockerfile": listings("dockerfile-syntax", "dockerfile")[0], ".dockerignore": ""}
    grade = grade_in(slot, specs.catalogue()["layer-caching"], files, lambda _: None)
    assert [one.found for one in grade.checks if one.status != "passed"] == []


def test_the_script_of_the_shell_section_takes_a_name_apart(slot: Slot) -> None:
    files = {"split.sh": listings("shell-and-jq", "sh")[0], stacks.SCRIPT: "sh split.sh registry:5000/app:1.4"}
    assert stacks.run(slot, "split", files).log == "registry:5000/app and 1.4\n"
