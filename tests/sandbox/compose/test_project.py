"""What a compose.yaml may say, what is a slip, and what this sandbox never gives: each with its line."""

from __future__ import annotations

import pytest

from sandbox.compose import project
from sandbox.compose.given import Given
from sandbox.compose.nodes import Json, Missing, Wrong

FILES = {"app.conf": "x", "space.env": "A B=1", "quote.env": "A='x"}
GIVEN = Given(files=FILES, image=lambda n: n if n == "notes:1" else None, there=("notes:1",), builds=True)
WEB = "services:\n  web:\n    image: notes:1\n"


def web(text: str, top: str = "") -> dict[str, Json]:
    """The service's settings when these lines are added to it."""
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return dict(project.read(WEB + lines + top, GIVEN).services["web"].settings)


def test_a_slip_names_its_line_and_what_may_be_meant() -> None:
    with pytest.raises(Wrong) as slip:
        web("prots:\n  - 8080:8080")
    assert slip.value.problem.line == 4 and slip.value.problem.file == "compose.yaml"
    assert slip.value.problem.message == "“prots” is no key of “web”; did you mean “ports”?"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "empty"),
        ("services:\n  web: [\n", 2, "bracket"),
        ("a: 1\nb: {\n\ta: 1", 3, "tab"),
        (WEB + "    image: notes:1\n", 4, "twice"),
        (WEB + "    read_only: perhaps\n", 4, "true or false"),
        (WEB + "    mem_limit: much\n", 4, "a size"),
        (WEB + "    volumes:\n      - data:/data\n", 4, "“data” in “volumes”"),
        (WEB + "    networks: [back]\n", 4, "“back” in “networks”"),
        (WEB + "    depends_on: [db]\n", 4, "“db” in “depends_on”"),
        (WEB + "    depends_on: [web]\n", 4, "waits for itself"),
        (WEB + '    command: "${CMD:?say what to run}"\n', 4, "say what to run"),
        (WEB + '    command: "${CMD"\n', 4, "not closed"),
        (WEB + "    command: *what\n", 4, "what"),
        (WEB + "    ports: ['80:abc']\n", 4, "no port"),
        (WEB + "    tmpfs: /run:sise=3m\n", 4, "no option"),
        (WEB + "    configs: [{source: site}]\nconfigs: {site: {file: other.conf}}\n", 4, "no file"),
        (WEB + "    mem_limit: 64m\n    deploy: {resources: {limits: {cpus: '0.5'}}}\n", 4, "keep one of the two"),
        (WEB + "    healthcheck: {test: [curl, localhost]}\n", 4, "CMD-SHELL"),
        ("services:\n  web:\n    command: x\n", 2, "neither an image nor a build"),
        ("services: {}\n", 1, "empty"),
        ("service: {}\n", 1, "did you mean “services”"),
        ("[]", 1, "keys and values"),
    ],
)
def test_what_is_no_compose_file(text: str, line: int | None, words: str) -> None:
    with pytest.raises(Wrong) as slip:
        project.read(text, GIVEN)
    assert words in slip.value.problem.message and slip.value.problem.line == line


@pytest.mark.parametrize(
    "text",
    [
        "privileged: true",
        "network_mode: host",
        "network_mode: container:abc",
        "pid: host",
        "ipc: host",
        "uts: host",
        "userns_mode: host",
        "cgroup_parent: /",
        "runtime: runc",
        "devices: ['/dev/sda:/dev/sda']",
        "device_cgroup_rules: ['c 1:3 mr']",
        "sysctls: {net.ipv4.ip_forward: 1}",
        "cap_add: [SYS_ADMIN]",
        "cap_add: [ALL]",
        "security_opt: [seccomp=unconfined]",
        "security_opt: ['apparmor:unconfined']",
        "security_opt: ['no-new-privileges:false']",
        "security_opt: [systempaths=unconfined]",
        "volumes: ['/:/host']",
        "volumes: ['/etc/passwd:/x:ro']",
        "volumes: ['/var/run/docker.sock:/var/run/docker.sock']",
        "volumes: ['../secrets:/x']",
        "volumes: ['./a/../../b:/x']",
        "volumes: ['~/x:/x']",
        "volumes: [{type: bind, source: /etc, target: /x}]",
        "volumes: ['./x:/x:rshared']",
        "env_file: x\nextends: {file: other.yaml, service: a}",
        "platform: linux/arm64",
        "scale: 2",
        "deploy: {replicas: 3}",
        "oom_kill_disable: true",
        "build: ..",
        "build: {context: https://example.org/x.git}",
        "build: {context: ., args: {A: 1}}",
        "credential_spec: {file: x}",
        "volumes_from: [other]",
    ],
)
def test_what_this_sandbox_never_gives(text: str) -> None:
    with pytest.raises(Missing) as refused:
        web(text)
    assert refused.value.what.line is not None and refused.value.what.file == "compose.yaml"
    assert refused.value.what.kind == "feature"


@pytest.mark.parametrize(
    "text",
    [
        "include: [other.yaml]\n",
        "---\n" + WEB,
        "x-a: !!python/object/apply:os.system [id]\n",
        "networks: {out: {external: true}}\n",
        "networks: {out: {driver: host}}\n",
        "networks: {out: {driver: macvlan}}\n",
        "networks: {out: {driver_opts: {com.docker.network.bridge.name: docker0}}}\n",
        "volumes: {data: {external: true}}\n",
        "volumes: {data: {driver_opts: {type: none, o: bind, device: /}}}\n",
        "volumes: {data: {driver: nfs}}\n",
        "secrets: {key: {environment: HOME}}\n",
        "configs: {site: {file: /etc/passwd}}\n",
        "secrets: {key: {file: ../key}}\n",
    ],
)
def test_what_no_project_gets_here(text: str) -> None:
    with pytest.raises(Missing):
        project.read(WEB + text, GIVEN)


def test_an_image_that_is_not_there_is_no_failure() -> None:
    with pytest.raises(Missing) as refused:
        project.read("services:\n  web:\n    image: redis:7\n", GIVEN)
    assert (refused.value.what.kind, refused.value.what.name, refused.value.what.line) == ("image", "redis:7", 3)


def test_nothing_of_ours_is_ever_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "canary")
    found = web('environment:\n  A: "x${SECRET}${SECRET:-d}$SECRET${SECRET+y}"\n  SECRET:\n  B: $$SECRET')
    assert found["environment"] == {"A": "xd", "B": "$SECRET"}


def test_a_bomb_of_aliases_is_counted_and_never_written_out() -> None:
    levels = ["a: &a [x,x,x,x,x,x,x,x,x]"] + [
        f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with pytest.raises(Missing, match="parts"):
        project.read("\n".join(levels), GIVEN)
    with pytest.raises(Missing, match="deep"):
        project.read("a: " + "[" * 100, GIVEN)


def test_long_and_short_syntax_mean_the_same() -> None:
    short = web(
        "volumes: ['data:/data:ro']\ntmpfs: /run:size=1m\nports: ['127.0.0.1:80:8080/udp']", "volumes: {data: }\n"
    )
    long = web(
        "volumes: [{type: volume, source: data, target: /data, read_only: 'true'}]\ntmpfs: ['/run:size=1m']\n"
        "ports: [{target: 8080, published: 80, protocol: udp, host_ip: 127.0.0.1}]",
        "volumes: {data: {}}\n",
    )
    assert short == long
