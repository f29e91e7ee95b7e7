"""Every sentence that ends the reading of a file: counted or not, at which line, in which words.

Counted is what Compose or the engine refuses too (`Wrong`); what is not offered here, and our own bounds, are not
(`Missing`). The last test finds a sentence that no line of these tables shows.
"""

from __future__ import annotations

import ast
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

import sandbox.compose
from sandbox.compose import project
from sandbox.compose.nodes import Missing, Wrong
from tests.sandbox.compose.test_project import GIVEN, WEB

MANY = "[" + ", ".join(f'"{number}:80"' for number in range(1000, 1070)) + "]"
MOUNTS = "[" + ", ".join(f"/m{number}" for number in range(40)) + "]"
SERVICES = "services:\n" + "".join(f"  s{number}: {{image: notes:1}}\n" for number in range(13))
IPAM = "{{ipam: {{config: [{{subnet: {}}}]}}}}"
BOMB = "x-a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(f"x-{n}: [{', '.join(['*a'] * 900)}]\n" for n in range(3))
DEEP = "".join(f"${{A{level}:-" for level in range(12)) + "}" * 12
OTHER = "  db: {image: notes:1, ports: ['8080:80']}\n"


def own(text: str, top: str = "") -> str:
    return WEB + "".join(f"    {line}\n" for line in text.splitlines()) + top


COUNTED = [
    # YAML
    ("", None, "empty"),
    ("services:\n\tweb: {image: a}\n", 2, "indented with a tab"),
    ("services:\n  web:\n    image:notes:1\n    user: a\n", 3, "A space is missing after “image:”"),
    ("services:\n  web:\n    image:notes:1\n", 3, "A space is missing after “image:”"),
    ("services:\n  web:\n    image: notes:1\n   user: a\n", 4, "indented by 3 spaces"),
    ("services:\n  web:\n    image: notes:1\n      user: a\n", 4, "indented further"),
    ("services:\n  web:\n    image: notes:1\n    command: say: hello\n", 4, "A second “: ”"),
    ("services:\n  web:\n    image: notes:1\n    command: 'a\n", 4, "quote is opened"),
    ("services:\n  web:\n    image: notes:1\n    ports: [80\n", 4, "bracket"),
    ("services:\n  web:\n    ports:\n      -'80:80'\n    user: a\n", 4, "A space is missing after “-”"),
    ("services:\n  web: *\n", 2, "anchor or alias"),
    ("services: @web\n", 1, "not YAML"),
    ("a: \x01\n", None, "does not allow"),
    (own("command: *what"), 4, "names no anchor"),
    (own("image: notes:1"), 4, "twice"),
    ("x-a: &a {b: c}\nx-d:\n  <<: *a\n  <<: *a\n" + WEB, 4, "“<<” is here twice"),
    ("x-a: {<<: 1}\n" + WEB, 1, "“<<” takes another table"),
    ("? [a]\n: b\n", 1, "single word"),
    ("1: a\n" + WEB, 1, "put it into quotes"),
    (own("user: !!int a"), 4, "not what its tag"),
    # the specification
    ("[]", 1, "keys and values"),
    ("service: {}\n", 1, "did you mean “services”"),
    ("version: 3.8\n" + WEB, 1, 'put it into quotes: "3.8"'),
    ("name: x\n", 1, "“services” is missing"),
    ("services: {}\n", 1, "“services” is empty"),
    ("services: {'a b': {image: a}}\n", 1, "no name for “services”"),
    ("services:\n  web: {image: a}\n  volumes:\n    notes:\n", 4, "indented as a service"),
    ("services:\n  web: {image: notes:1}\n  x-common: {user: a}\n", 3, "neither an image nor a build"),
    ("services:\n  web:\n    command: x\n", 2, "neither an image nor a build"),
    (own("user: 0"), 4, 'put it into quotes: "0"'),
    (own("user: 2024-01-01"), 4, "is a date"),
    (own("restart: no\nuser: true"), 5, "is true or false; put it into quotes"),
    (own("ports: 80"), 4, "takes a list"),
    (own("ports: {a: b}"), 4, "takes a list, not keys and values"),
    (own("ports:"), 4, "has no value"),
    (own("build: [a]"), 4, "not a list"),
    (own("mem_limits: 64m"), 4, "did you mean “mem_limit”"),
    (own("resources: {}"), 4, "it goes below “deploy”"),
    (own("zzz: 1"), 4, "“zzz” is no key of “web”."),
    (own("healthcheck: {test:a}"), 4, "A space is missing after “test:”"),
    (own("healthcheck: test:a"), 4, "A space is missing after “test:”"),
    (own("healthcheck: {test: a, interval: 5}"), 4, "a duration with its unit, such as 5s"),
    (own("deploy: {resources: {limits: {memory: 128}}}"), 4, "a size with its unit, such as 128m"),
    (own("depends_on: {db: {condition: ready}}"), 4, "is one of service_started"),
    (own("container_name: _"), 4, "cannot be “_”"),
    (own("oom_score_adj: 5000"), 4, "cannot be 5000"),
    (own("group_add: [a, a]"), 4, "the same entry twice"),
    (own("depends_on: {db: {}}", "  db: {image: notes:1}\n"), 4, "“condition” is missing"),
    (own("read_only: perhaps"), 4, "true or false"),
    (own("cpus: much"), 4, "takes a number, not “much”"),
    (own('command: "it\'s"'), 4, "a quote that is not closed"),
    # variables
    (own('command: "${CMD:?say what to run}"'), 4, "say what to run"),
    (own('command: "${CMD"'), 4, "not closed"),
    (own('command: "${}"'), 4, "followed by a variable's name"),
    (own('command: "${A!b}"'), 4, "a default is written"),
    (own("volumes: ['${WHERE}:/data']"), 4, "“WHERE” is not set here, so this is “:/data”"),
    # single keys
    (own("mem_limit: much"), 4, "a size such as 64m"),
    (own("mem_limit: 128"), 4, "Give the size its unit, such as 128m"),
    (own("mem_limit: 9999999999999999999p"), 4, "larger than any machine"),
    (own("memswap_limit: [a]"), 4, "takes a number or text"),
    (own("pids_limit: '1.5'"), 4, "a whole number"),
    (own("healthcheck: {test: a, interval: 1 s}"), 4, "a duration such as"),
    (own("healthcheck: {test: a, interval: 99999999h}"), 4, "longer than anybody waits"),
    (own("healthcheck: {test: a, retries: -1}"), 4, "below 0"),
    (own("healthcheck: {test: [curl, localhost]}"), 4, "CMD-SHELL"),
    (own("expose: [a]"), 4, "is no port"),
    (own("extra_hosts: [a]"), 4, "NAME:ADDRESS"),
    (own("restart: sometimes"), 4, "on-failure:N"),
    (own("deploy: {restart_policy: {condition: x}}"), 4, "one of none, on-failure, any"),
    (own("environment: ['=x']"), 4, "A name is missing"),
    (own("ulimits: {files: 3}"), 4, "is no ulimit"),
    (own("network_mode: front"), 4, "no network mode"),
    (own("cap_add: ['1']"), 4, "no capability"),
    (own("security_opt: [safe]"), 4, "no security option"),
    (own("network_mode: none\nnetworks: [default]"), 4, "one of the two"),
    (own("mem_limit: 64m\ndeploy: {resources: {limits: {cpus: '0.5'}}}"), 4, "keep one of the two"),
    (own("ports: ['80:abc']"), 4, "no port"),
    (own("ports: [{target: 80, published: a}]"), 4, "no port"),
    (own("env_file: [{path: app.conf, format: x}]"), 4, "“format” is one of raw"),
    (own("", "secrets: {key: {labels: {a: b}}}\n"), 4, "“file” is missing"),
    (own("ports: ['99999:80']"), 4, "there are 1 to 65535"),
    (own("ports: ['80-82:80-81']"), 4, "the same length"),
    (own("ports: ['82-80:80']"), 4, "a range goes up"),
    (own("ports: ['80:80/icmp']"), 4, "no protocol"),
    (own("ports: ['host:80:80']"), 4, "no address of a machine"),
    (own("ports: ['8080:80']", OTHER), 5, "both publish port 8080"),
    (own("tmpfs: /run:sise=3m"), 4, "no option of a tmpfs"),
    (own("volumes: ['data:']"), 4, "no mount"),
    (own("volumes: [data]"), 4, "goes to a path"),
    (own("volumes: ['data/notes:/data']"), 4, "write “./data/notes”"),
    (own("volumes: ['_:/data']"), 4, "no name of a volume"),
    (own("volumes: [{type: volume}]"), 4, "“target” is missing"),
    (own("volumes: [{type: bind, target: /x}]"), 4, "“source” is missing"),
    (own("volumes: [{type: tmpfs, target: /x, tmpfs: {mode: '0777'}}]"), 4, "without quotes"),
    (own("env_file: space.env"), 4, "has no space in it"),
    (own("env_file: [quote.env]"), 4, "opened and not closed"),
    # what the file names
    (own("volumes:\n  - data:/data"), 4, "“data” in “volumes”"),
    (own("depends_on: [web]"), 4, "waits for itself"),
    (own("configs: [{source: site}]", "configs: {site: {file: other.conf}}\n"), 4, "no file"),
    (own("", "configs: {site: {}}\n"), 4, "either a file or a content"),
    (own("", "secrets: {key: {content: x}}\n"), 4, "is no key of “key”"),
    (own("", "networks: {'a b': }\n"), 4, "is no name"),
    (own("", "networks: {n: {ipam: {config: [{subnet: x}]}}}\n"), 4, "no network such as"),
    (
        own("", f"networks:\n  a: {IPAM.format('10.1.0.0/16')}\n  b: {IPAM.format('10.1.2.0/24')}\n"),
        6,
        "overlap",
    ),
]  # fmt: skip
NOT_OFFERED = [
    # bounds of ours
    ("x-a: " + "[" * 30 + "]" * 30 + "\n" + WEB, 1, "24 levels"),
    (BOMB + WEB, 1, "20,000 parts"),
    (own(f"command: '{DEEP}'"), 4, "at most 8 deep"),
    (SERVICES, 1, "at most 12 services"),
    ("services:\n  " + "a" * 70 + ": {image: notes:1}\n", 2, "60 characters"),
    (own("volumes: ['" + "a" * 400 + ":/x']"), 4, "300 characters"),
    (own(f"ports: {MANY}"), 4, "may publish 64 ports"),
    (own("ports: ['1000-2000:1000-2000']"), 4, "at most 64 ports"),
    (own(f"volumes: {MOUNTS}"), 4, "32 mounts"),
    (own(f"tmpfs: {MOUNTS}"), 4, "32 mounts"),
    (own(f"volumes: ['/{'a' * 400}']"), 4, "300 characters"),
    (own("user: '1000660000'"), 4, "User numbers go up to 65,535"),
    (own("group_add: [70000]"), 4, "User numbers go up to 65,535"),
    (own("", "networks: {n: {ipam: {config: [{subnet: 172.99.0.0/16}]}}}\n"), 4, "172.99.0.0/16 is not"),
    (own("", "networks: {n: {ipam: {config: [{subnet: 100.65.0.0/16}]}}}\n"), 4, "100.65.0.0/16 is not"),
    (own("", "networks: {n: {ipam: {config: [{subnet: 'fd00::/64'}]}}}\n"), 4, "IPv6 subnets"),
    # what Compose takes and nobody offers here
    ("---\n" + WEB + "---\n" + WEB, 5, "Several documents"),
    (own("user: !mine a"), 4, "tag"),
    (own("labels: !mine {a: b}"), 4, "tag"),
    ("include: [other.yaml]\n" + WEB, 1, "cannot be included"),
    ("models: {m: {model: x}}\n" + WEB, 1, "“models” is not offered"),
    (own("post_start: [{command: a}]"), 4, "“post_start” is not offered"),
    (own("pre_stop: [{command: a}]"), 4, "“pre_stop” is not offered"),
    (own("provider: {type: x}"), 4, "“provider” is not offered"),
    (own("networks: {default: {ipv6_address: '::5'}}"), 4, "“ipv6_address” is not offered"),
    (own("networks: {default: {gw_priority: 1}}"), 4, "“gw_priority” is not offered"),
    (own("networks: {default: {driver_opts: {a: b}}}"), 4, "“driver_opts” is not offered"),
    (own("use_api_socket: true"), 4, "socket"),
    (own("privileged: true"), 4, "powers"),
    (own("pid: host"), 4, "shares no namespace"),
    (own("oom_kill_disable: true"), 4, "is ended here"),
    (own("network_mode: host"), 4, "networks of the project"),
    (own("ipc: host"), 4, "“ipc: host”"),
    (own("platform: linux/arm64"), 4, "linux/amd64"),
    (own("scale: 2"), 4, "runs once"),
    (own("cap_add: [SYS_ADMIN]"), 4, "Docker's default set"),
    (own("security_opt: [apparmor=unconfined]"), 4, "confined more"),
    (own("volumes_from: [db]", "  db: {image: notes:1}\n"), 4, "in both services"),
    (own("volumes: ['/etc:/x']"), 4, "folders of a machine"),
    (own("volumes: ['c:\\x:/x']"), 4, "folders of a machine"),
    (own("volumes: ['/var/run/docker.sock:/x']"), 4, "engine's socket"),
    (own("volumes: ['./x:/x:rshared']"), 4, "not shared with the machine"),
    (own("volumes: [{type: image, source: a, target: /x}]"), 4, "“image” are not offered"),
    (own("ports: ['80:80/sctp']"), 4, "sctp"),
    (own("deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}"), 4, "no devices"),
    ("services: {web: {build: ..}}\n", 1, "own folder"),
    ("services: {web: {build: {dockerfile: other}}}\n", 1, "“Dockerfile”"),
    ("services: {web: {build: {target: base}}}\n", 1, "last stage is built"),
    ("services: {web: {build: {args: {A: 1}}}}\n", 1, "its default in the Dockerfile"),
    ("services: {web: {build: {network: host}}}\n", 1, "built as it is"),
    ("services: {web: {image: redis:7}}\n", 1, "redis:7 is not available here"),
    (own("", "networks: {n: {driver: macvlan}}\n"), 4, "“bridge”"),
    (own("", "networks: {n: {driver_opts: {a: b}}}\n"), 4, "driver's defaults"),
    (own("", "networks: {n: {enable_ipv4: false}}\n"), 4, "has IPv4 here"),
    (own("", "networks: {n: {external: true}}\n"), 4, "outside of the project"),
    (own("", "secrets: {key: {environment: HOME}}\n"), 4, "environment is empty"),
]  # fmt: skip
TAKEN = [
    own('command: sh -c "date > /tmp/$(date +%s); echo $1 a$"'),
    own("env_file: [{path: quote.env, format: raw}]"),
    own("env_file: [{path: nope, required: false}, {path: app.conf, format: raw}]"),
    "services: {web: {build: {dockerfile: Dockerfile}}}\n",
    own("ports: !override ['80:80']\nlabels: !reset [a]\nextends: !reset x"),
    own("ports: ['8080-8085:80', '0:81', {target: 82, published: 9000-9010, mode: x}]"),
    own("tmpfs: ['/a:size=1m,relatime,nodiratime', '/b:']"),
    own("security_opt: ['seccomp=builtin']"),
    own("deploy:"),
    own("volumes: ['${PWD}/kept:/kept', '$PWD:/all:ro', './x:/x:cached,z']"),
    own("network_mode: default"),
    own("oom_kill_disable: false\nprivileged: 'no'"),
    own("ports: ['127.0.0.1:80:80']", "  db: {image: notes:1, ports: ['127.0.0.2:80:80', '80:80/udp']}\n"),
    own("", "networks: {n: {enable_ipv4: true}}\n"),
    own("", "networks: {n: " + IPAM.format("10.0.5.7/24, aux_addresses: {a: 10.0.5.9}") + "}\n"),
    own("user: '65535:65535'\nvolumes: ['d:/data']", "volumes: {d: }\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), COUNTED)
def test_what_compose_or_the_engine_refuses_is_counted(text: str, line: int | None, words: str) -> None:
    with pytest.raises(Wrong) as refused:
        project.read(text, GIVEN)
    assert words in refused.value.problem.message
    assert refused.value.line == line


@pytest.mark.parametrize(("text", "line", "words"), NOT_OFFERED)
def test_what_is_not_offered_here_is_not_counted(text: str, line: int, words: str) -> None:
    with pytest.raises(Missing) as refused:
        project.read(text, GIVEN)
    assert words in refused.value.what.message
    assert refused.value.line == line


@pytest.mark.parametrize("text", TAKEN)
def test_what_compose_takes_is_taken(text: str) -> None:
    project.read(text, GIVEN)


SOURCES = Path(sandbox.compose.__file__).parent


# What the specification's schema has refused before: `shapes` turns the rest into JSON, and says so once more.
BEFORE = {"shapes.py"}


def sites() -> set[tuple[str, int]]:
    found = set()
    for path in [path for path in SOURCES.glob("*.py") if path.name not in BEFORE]:
        for node in ast.walk(ast.parse(path.read_text())):
            made = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id in {"Wrong", "Missing"}:
                found.add((path.name, made.lineno))
    return found


def test_no_sentence_is_left_out() -> None:
    shown = set()
    builds = replace(GIVEN, builds=False)
    texts = [(text, GIVEN) for text, *_ in [*COUNTED, *NOT_OFFERED]]
    for text, there in [*texts, ("services: {web: {build: .}}\n", builds)]:
        try:
            project.read(text, there)
        except (Wrong, Missing) as refused:
            last = traceback.extract_tb(refused.__traceback__)[-1]
            shown.add((Path(last.filename).name, last.lineno or 0))
    left = {f"{name}:{line}" for name, line in sites() - shown}
    assert left == set()
