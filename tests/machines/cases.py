"""What is tried on a machine. Each case takes a guest and returns one line of what was seen; Differs when it is wrong.

Cases of one boot run in the order of the list: later ones use what earlier ones left running.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from tests.machines import composed, place
from tests.machines.asking import HOME, URL, Differs, demand, solution
from tests.machines.guest import Guest, Hardware

LOG = "/tmp/slipway-run.log"
LESSON_SECONDS = 900.0  # emulated: 20 s on a usual machine
OPEN_SECONDS = 3 * 3600.0  # emulated: with canaries and the core of the attacks, two minutes on a usual machine
END_SECONDS = 300.0  # emulated: a second on a usual machine
INSIDE = "python3 tests/machines/inside.py"


@dataclass(frozen=True, slots=True)
class Boot:
    """One boot of a machine and what is tried on it, in order; of each suite, or of those alone that `suites` names."""

    name: str
    hardware: Hardware
    cases: tuple[Callable[[Guest], str], ...]
    suites: tuple[str, ...] = place.SUITES


def machine(guest: Guest) -> str:
    """What this machine is, as its own programs say it."""
    kernel = demand(guest, "uname -r").strip()
    version = demand(guest, "stat -f -c %T /sys/fs/cgroup", "cgroup2fs").strip()
    python = demand(guest, "python3 --version").strip()
    profiles = demand(guest, "wc -l < /sys/kernel/security/apparmor/profiles").strip()
    swap = demand(guest, "swapon --show --noheadings | wc -l").strip()
    day = demand(guest, "date +%F").strip()
    return f"Linux {kernel}, {version}, {python}, AppArmor with {profiles} profiles, {swap} swap areas, {day}"


def slow(guest: Guest) -> str:
    """How slow the emulation is, as the sandbox measures it."""
    command = f"cd {HOME} && .venv/bin/python -c 'from sandbox.engine import pace; print(pace.measured())'"
    return f"{float(demand(guest, command)):.1f} times slower than usual"


def verdicts(guest: Guest) -> str:
    """Two labs tell their solution from their starter; one of them measures limits."""
    said = []
    for lab in ("resource-limits", "non-root"):
        for kind, code in (("solution", 0), ("starter", 1)):
            done = guest.run(f"cd {HOME} && .venv/bin/python manage.py grade {lab} labs/catalogue/{lab}/{kind}", 1800)
            if done.code != code:
                raise Differs(f"{lab}/{kind} ended with {done.code}, not {code}: {done.out[-1500:]}")
            said.append(f"{lab} {kind} {done.seconds:.0f} s")
    return ", ".join(said)


def starts(guest: Guest) -> str:
    """`make run` from the clone: the lesson first, then open labs."""
    return _start(guest)


def starts_again(guest: Guest) -> str:
    """The second start, which takes the report of the first one."""
    return _start(guest)


def _start(guest: Guest) -> str:
    demand(guest, f"cd {HOME} && {INSIDE} launch {LOG} > /tmp/slipway-run.pid")
    lesson = _waited(guest, f"wait {URL}/ {LESSON_SECONDS:.0f} $(cat /tmp/slipway-run.pid)")
    opened = _waited(guest, f"opened {OPEN_SECONDS:.0f} $(cat /tmp/slipway-run.pid)")
    said = re.findall(r"(?:canaries|attacks): \d+ of \d+ \w+", guest.run(f"cat {LOG}").out)
    return ", ".join([f"lesson after {lesson} s, labs open {opened} s later", *said])


def _waited(guest: Guest, words: str) -> int:
    done = guest.run(f"cd {HOME} && {INSIDE} {words}", OPEN_SECONDS + 300)
    if done.code != 0:
        raise Differs(f"{done.out[-500:]}\n{guest.run(f'tail -n 40 {LOG}').out}")
    return int(done.out.split()[-1])


def submits(guest: Guest) -> str:
    """A learner signs in and submits through the web."""
    accounts = json.loads(demand(guest, f"cat {HOME}/var/demo.json"))["accounts"]
    password = next(account["password"] for account in accounts if account["username"] == "ada")
    client = f"cd {HOME} && .venv/bin/python tests/compose/client.py {URL} ada {shlex.quote(password)} non-root 900"
    done = guest.run(client, 1200, stdin=json.dumps(solution("non-root")))
    if done.out.strip().splitlines()[-1:] != ["Passed"]:
        raise Differs(done.out[-800:])
    return f"non-root's solution passed through the web in {done.seconds:.0f} s"


def survives_a_reload(guest: Guest) -> str:
    """systemd re-reads its units and restarts one while slots run: their limits must stay."""
    demand(guest, "systemctl daemon-reload && systemctl restart systemd-journald && systemctl daemon-reexec")
    below = demand(guest, "cat /sys/fs/cgroup/system.slice/slipway-*.scope/slot0/cgroup.subtree_control")
    if not {"cpu", "memory", "pids"} <= set(below.split()):
        raise Differs(f"the slot hands down only {below}")
    grade = f"cd {HOME} && .venv/bin/python manage.py grade resource-limits labs/catalogue/resource-limits/solution"
    demand(guest, grade)
    return f"slots keep {' '.join(sorted(below.split()))}; resource-limits still passes"


def ends(guest: Guest) -> str:
    """Ctrl-C, and no trace left."""
    demand(guest, "kill -INT -- -$(cat /tmp/slipway-run.pid)")
    done = guest.run(f"cd {HOME} && {INSIDE} ended {END_SECONDS:.0f} $(cat /tmp/slipway-run.pid)")
    if done.code != 0:
        raise Differs(f"the runner still runs: {guest.run(f'tail -n 20 {LOG}').out}")
    left = guest.run(f"cd {HOME} && {INSIDE} traces")
    if left.code != 0:
        raise Differs(f"left behind: {left.out[:1500]}")
    return f"ended in {done.seconds:.0f} s; no process, mount, control group, loop device, unit or file is left"


def with_swap(guest: Guest) -> str:
    """With swap, a limit on memory and swap together must still be one."""
    demand(guest, "fallocate -l 1G /swap && chmod 600 /swap && mkswap /swap && swapon /swap")
    grade = f"cd {HOME} && .venv/bin/python manage.py grade resource-limits labs/catalogue/resource-limits/solution"
    demand(guest, grade)
    return "resource-limits passes with 1 GB of swap"


def beside_docker(guest: Guest) -> str:
    """A Docker of the machine's own keeps its containers, networks and rules."""
    demand(guest, "systemctl start docker && docker network create kept")
    rules = "iptables-save | grep -v '^[:#]' | sort"
    before = demand(guest, f"docker network ls --quiet | sort; {rules}")
    grade = f"cd {HOME} && .venv/bin/python manage.py grade non-root labs/catalogue/non-root/solution"
    demand(guest, grade)
    after = demand(guest, f"docker network ls --quiet | sort; {rules}")
    if before != after:
        raise Differs(f"Docker's networks or rules changed:\n{before}\n{after}")
    return "non-root passes; Docker's networks and firewall rules are as before"


def behind_a_proxy(guest: Guest) -> str:
    """A proxy in the environment is for packages alone: nothing inside Slipway asks it."""
    dead = " ".join(f"{name}=http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"))
    grade = f"cd {HOME} && {dead} .venv/bin/python manage.py grade two-networks labs/catalogue/two-networks/solution"
    demand(guest, grade)
    return "two-networks passes with a proxy that does not answer"


def a_plain_user(guest: Guest) -> str:
    """Without root: one sentence, and the lesson."""
    demand(guest, f"rm -rf /home/someone/slipway && git clone -q {HOME} /home/someone/slipway")
    demand(guest, "chown -R someone: /home/someone/slipway")
    own = "/home/someone/slipway"
    demand(guest, f"cd {own} && {INSIDE} launch {LOG}.someone > pid", user="someone")
    reached = guest.run(f"cd {own} && {INSIDE} wait {URL}/ {LESSON_SECONDS:.0f} $(cat pid)")
    said = guest.run(f"cat {LOG}.someone").out
    guest.run(f"kill -INT -- -$(cat {own}/pid)")
    if reached.code != 0 or "needs root" not in said or "Traceback" in said:
        raise Differs(said[-1500:])
    return "is told that labs need root, and reads the lesson"


def little_disk(guest: Guest) -> str:
    """With 2 GB free, set-up says what it needs before it starts."""
    demand(guest, "rm -rf /opt/fresh && git clone -q " + HOME + " /opt/fresh")
    demand(guest, "fallocate -l $(( $(df --output=avail -B1 / | tail -1) - 2000000000 )) /ballast")
    done = guest.run("cd /opt/fresh && timeout 600 make setup")
    guest.run("rm -f /ballast; rm -rf /opt/fresh")
    if done.code == 0 or not re.search(r"GB", done.out) or "Traceback" in done.out:
        raise Differs(done.out[-1500:])
    return next(line for line in done.out.splitlines() if "GB" in line).strip()


STANDARD = Hardware()
SMALL = Hardware(memory_mb=2000, options="ipv6.disable=1", clock="2020-01-01T00:00:00")
BOOTS: tuple[Boot, ...] = (
    Boot(
        "as installed",
        STANDARD,
        (machine, slow, starts, submits, survives_a_reload, ends, starts_again, ends, verdicts),
    ),
    Boot("with swap, beside Docker", STANDARD, (with_swap, beside_docker, behind_a_proxy, a_plain_user, little_disk)),
    Boot("2 GB, no IPv6, old clock", SMALL, (machine, verdicts)),
    # Compose files need Docker Compose 2, which Debian 12 does not have.
    Boot("compose", STANDARD, composed.CASES, suites=("trixie",)),
)
