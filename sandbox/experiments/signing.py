"""`signing`: the learner's scripts sign and verify images in a real registry, honest ones and attacked ones.

A trusted container stands before the registry and fills it: every case has a repository, images and keys that no other
run has. Signatures are made by us, so that the verifying script is measured without the signing one; what that one
signed is read from the registry and verified by us.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sandbox import containers, probe, scripts
from sandbox.errors import SandboxError
from sandbox.facts import Fact
from sandbox.plan import Experiment
from sandbox.probe import Probe
from sandbox.scriptfacts import Ran
from sandbox.signfacts import Named, Signed, Signing, Verified

if TYPE_CHECKING:
    from sandbox.session import Session

SCRIPT = "/usr/lib/slipway/signing.py"
REGISTRY, NAME, PORT, TAG = "registry:2", "registry", 5000, "1.4.2"
COSIGN = "/usr/lib/slipway/cosign"  # in the slot's root: takes the options of cosign 2 and of 3
TOOLS = "/opt/tools"
PATH = f"{TOOLS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SECONDS = 90.0  # to fill the registry; it takes two
AT_ONCE = 4
LINE_CHARACTERS = 300
SECOND_IS_GOOD = ("moved-tag", "moving-tag-back")
Images = Mapping[str, str]  # of one repository: "first", "second" → digest


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Signing:
    cases = ("sign", "signed", *experiment.attacks)
    repositories = {case: f"r{uuid.uuid4().hex[:12]}" for case in cases}
    registry, trusted = _start(session, experiment)
    try:
        networks = [_apart(session, registry) for _ in cases]
        seconds, wanted = session.patient(SECONDS), {name: case for case, name in repositories.items()}
        made = _ask(trusted, seconds, do="fill", repositories=wanted)
        folders = [_folder(session, experiment, made, case) for case in cases]
        room = scripts.furnish(session, experiment.image, folders)

        def ran(number: int) -> Ran:
            name = experiment.sign if number == 0 else experiment.verify
            command = [f"./{name}", f"{NAME}:{PORT}/{repositories[cases[number]]}:{TAG}"]
            longest = round(session.patient(experiment.seconds))
            environment = {"COSIGN_PASSWORD": "", "PATH": PATH}
            binds = {COSIGN: {"bind": f"{TOOLS}/cosign", "mode": "ro"}}
            job = scripts.Job(number, command, longest, environment, networks[number], {"binds": binds})
            return scripts.run(session, room, job)

        order = scripts.shuffled(len(cases))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            made_runs = dict(zip(order, pool.map(ran, order), strict=True))
        runs = [made_runs[number] for number in range(len(cases))]
        images = {case: made["images"][repositories[case]] for case in cases}
        signed = _ask(trusted, seconds, do="signed", repository=repositories["sign"])["digests"]
    finally:
        trusted.close()
    judged = [_verified(case, r, repositories[case], images[case]) for case, r in zip(cases, runs, strict=True)]
    right = images["sign"]["first"] in signed
    others = len(set(signed) - {images["sign"]["first"]})
    return Signing(experiment.sign, experiment.verify, Signed(runs[0], right, others), tuple(judged[1:]))


def _verified(case: str, ran: Ran, repository: str, images: Images) -> Verified:
    lines = [line.strip() for line in ran.stdout.splitlines() if line.strip()]
    printed = lines[-1][:LINE_CHARACTERS] if lines else ""
    good = images["second" if case in SECOND_IS_GOOD else "first"]
    return Verified(case, ran, printed, _names(printed, f"{NAME}:{PORT}/{repository}", good))


def _names(printed: str, repository: str, good: str) -> Named:
    if not printed:
        return "nothing"
    if "@sha256:" not in printed:
        return "tag"
    return "verified" if printed == f"{repository}@{good}" else "other"


def _folder(session: Session, experiment: Experiment, made: Mapping[str, Any], case: str) -> scripts.Folder:
    """The private key is where the signing script runs, and nowhere else; what others verify has another one."""
    signs = case == "sign"
    keys = {"cosign.pub": made["sign_pub"], "cosign.key": made["sign_key"]} if signs else {"cosign.pub": made["pub"]}
    own = session.plan.files.items()
    files = {name: text.encode() for name, text in (*own, *keys.items())}
    return scripts.Folder(files, frozenset({experiment.sign, experiment.verify, *session.plan.executables}))


def _apart(session: Session, registry: str) -> str:
    """A network in which one run meets the registry and nobody else; on each of them both have the same address."""
    name = f"n{uuid.uuid4().hex}"
    session.client.create_network(name, driver="bridge", internal=True)
    session.client.connect_container_to_network(registry, name, aliases=[NAME])
    return name


def _start(session: Session, experiment: Experiment) -> tuple[str, Probe]:
    """A registry, and our own program before it, in one network namespace."""
    for image in (REGISTRY, experiment.image):
        scripts.require(session, image)
    client, network = session.client, session.network.result()
    config = client.create_host_config(
        network_mode=network,
        tmpfs={"/var/lib/registry": "size=64m,mode=0700"},
        mem_limit="128m",
        memswap_limit="128m",
        pids_limit=64,
        security_opt=["no-new-privileges:true"],
        log_config=containers.LOG,
    )
    endpoint = client.create_endpoint_config(aliases=[NAME])
    networking = client.create_networking_config({network: endpoint})  # type: ignore[arg-type]  # its stubs are wrong
    registry = client.create_container(
        REGISTRY,
        environment={
            "REGISTRY_HTTP_ADDR": "127.0.0.1:5001",
            "REGISTRY_LOG_LEVEL": "error",
            "OTEL_TRACES_EXPORTER": "none",
        },
        host_config=config,
        networking_config=networking,
    )["Id"]
    client.start(registry)
    tmpfs = {"/tmp": "mode=1777,size=16m"}  # noqa: S108  # in the container
    trusted = probe.launch(
        client,
        SCRIPT,
        "65534:65534",
        image=experiment.image,
        memory="512m",
        network_mode=f"container:{registry}",
        tmpfs=tmpfs,
    )
    return registry, trusted


def _ask(trusted: Probe, seconds: float, **order: Any) -> dict[str, Any]:
    answer = trusted.ask(seconds=seconds, **order)
    if answer.status != 0:
        raise SandboxError(f"the registry could not be filled or read: {answer.error}")
    body: dict[str, Any] = json.loads(answer.body)
    return body
