"""The yardstick: a lab's engine operations as raw command-line calls, one after another, in a slot of one's own.

Counted: every build with the product's own flags, one `docker image inspect` a build, the internal network, the probe's
container, each app's container under the product's limits, one `docker exec` an app that waits until it is ready and
sends the requests, and one `docker kill` at the end. Not counted, so that the yardstick is rather too fast than too
slow: writing and editing contexts (done before the clock starts), process facts, set-user-ID files and access rights
(the supervisor reads them without the engine), and the cleaning of the slot (after the lease, for both sides).
"""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.errors import NotMeasured
from labs import running
from labs.specs import Lab
from sandbox import available, context, door, policy, probe
from sandbox.builder import _LIBRARIES, _LOADER, Builder, Order
from sandbox.context import Written
from sandbox.plan import Experiment, Plan, fill

CALL_SECONDS = 120
EXCHANGE = """
import json, sys
sys.path.insert(0, "/")
import probe
for order in json.loads(sys.argv[1]):
    answer = probe.until_ready(order) if order.get("until_ready") else probe.ask(order, 5.0)
    print(json.dumps(answer))
"""


@dataclass(slots=True)
class Raw:
    """One run. `orders` holds each build with everything written beforehand, by experiment."""

    slot: door.Slot
    plan: Plan
    builder: Builder
    work: Path
    network: str = field(default_factory=lambda: f"n{uuid.uuid4().hex}")
    orders: dict[str, Order] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)

    def docker(self, *words: str) -> str:
        """One call of the engine tree's own client, run as the product runs buildx. Its output."""
        tree = self.slot.tree
        client = [str(tree / _LOADER), "--library-path", str(tree / _LIBRARIES), str(tree / "usr/bin/docker")]
        where = {"DOCKER_HOST": f"unix://{self.slot.docker}", "DOCKER_CONFIG": str(self.work), "HOME": str(self.work)}
        return _call([*client, *words], {"PATH": "/nonexistent", "LANG": "C.UTF-8", **where})

    def prepare(self) -> None:
        """Contexts, edits and the clients' directories: what is no engine operation."""
        written: dict[str, Written] = {}
        for experiment in self.plan.experiments:
            place = self.work / experiment.id
            if experiment.kind == "build":
                written[experiment.id] = context.write_context(self.plan, place)
            elif experiment.edit is not None:
                original = written[str(experiment.after)]
                written[experiment.id] = context.edited(original, experiment.edit, self.plan.values, place)
            else:
                continue
            files = written[experiment.id]
            self.orders[experiment.id] = _order(files, place / "client", self.builder)

    def run(self) -> None:
        """Every call, one after another. NotMeasured when an app does not do what the lab asks of it."""
        self._network_and_probe()
        images: dict[str, str] = {}
        for experiment in self.plan.experiments:
            if experiment.id in self.orders:
                images[experiment.id] = self._build(self.orders[experiment.id])
            if experiment.kind == "start" or experiment.start:
                made_by = experiment.id if experiment.start else str(experiment.after)
                self._start(experiment, images[made_by])
        self.docker("kill", *self.started)

    def _build(self, order: Order) -> str:
        environment = self.builder._environment(order.scratch, order.scratch / "policy.json")
        _call(self.builder._command(order), environment)
        image = (order.scratch / "iid").read_text().strip()
        self.docker("image", "inspect", image)
        return image

    def _network_and_probe(self) -> None:
        self.docker("network", "create", "--driver=bridge", "--internal", self.network)
        name = f"p{uuid.uuid4().hex}"
        memory = [f"--memory={probe.MEMORY}", f"--memory-swap={probe.MEMORY}"]
        locked = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges:true", "--pids-limit=64"]
        script = [f"--volume={probe.SCRIPT}:/probe.py:ro", "--user=65534:65534", "--log-driver=none"]
        command = ["--entrypoint=/usr/local/bin/python3", probe.IMAGE, "-I", "-S", "/probe.py"]
        self.docker(*self._run(name), "--interactive", *locked, *memory, *script, *command)

    def _start(self, experiment: Experiment, image: str) -> None:
        limits, name = self.plan.limits, f"a{uuid.uuid4().hex}"
        memory = [f"--memory={limits.run_memory_mb}m", f"--memory-swap={limits.run_memory_mb}m"]
        bounds = [f"--pids-limit={limits.run_pids}", f"--cpus={limits.run_cpus}", "--shm-size=16m"]
        safe = ["--security-opt=no-new-privileges:true", "--oom-score-adj=1000", "--ipc=private", "--restart=no"]
        log = ["--log-driver=local"]
        for option in ("max-size=1m", "max-file=1", "compress=false"):
            log += ["--log-opt", option]
        self.docker(*self._run(name), *memory, *bounds, *safe, *log, image)
        self._exchange(experiment, name)

    def _run(self, name: str) -> list[str]:
        self.started.append(name)
        return ["run", "--detach", "--pull=never", f"--name={name}", f"--network={self.network}"]

    def _exchange(self, experiment: Experiment, host: str) -> None:
        values, common = self.plan.values, {"host": host, "port": experiment.port}
        seconds = self.plan.limits.start_seconds
        orders = [{**common, "id": 0, "path": experiment.ready, "until_ready": True, "seconds": seconds}]
        for request in experiment.requests:
            path, body = fill(request.path, values), fill(request.body, values)
            orders.append({**common, "method": request.method, "path": path, "body": body})
        command = ["/usr/local/bin/python3", "-I", "-S", "-c", EXCHANGE, json.dumps(orders)]
        ready, *answers = map(json.loads, self.docker("exec", self.started[0], *command).splitlines())
        good = ready["status"] is not None and ready["status"] // 100 == 2
        for request, answer in zip(experiment.requests, answers, strict=True):
            good = good and answer["status"] == request.status and fill(request.contains, values) in answer["body"]
        if not good:
            raise NotMeasured(f"the raw run of {self.plan.lab} did not answer as the lab asks: {ready} {answers}")


def seconds(control: Path, lab: Lab, files: dict[str, str]) -> float:
    """The raw calls' wall-clock time in a fresh lease, so that the build cache is as empty as a submission's."""
    with door.lease(control, wait=600.0) as slot, TemporaryDirectory(prefix="slipway-raw-") as folder:
        plan = running.plan(lab, files)
        rules = policy.rules(available.Stock.load(slot.stock))
        builder = Builder(slot.docker, slot.tree, rules, uuid.uuid4().hex, plan.limits)
        raw = Raw(slot, plan, builder, Path(folder))
        raw.prepare()
        begun = time.monotonic()
        raw.run()
        return time.monotonic() - begun


def _order(files: Written, scratch: Path, builder: Builder) -> Order:
    for name in ("home", "tmp", "config"):
        (scratch / name).mkdir(parents=True)
    (scratch / "policy.json").write_text(json.dumps(builder.policy))
    return Order(files.context, files.dockerfile, scratch)


def _call(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=CALL_SECONDS, check=False
    )
    if done.returncode:
        raise NotMeasured(f"{' '.join(command[3:])[:200]}: {done.stderr.decode(errors='replace')[-600:]}")
    return done.stdout.decode(errors="replace")
