"""Compose as operators run it, on a machine with its distribution's Docker. Cases as in `cases`, in order."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

from tests.machines import registry
from tests.machines.asking import HOME, URL, Differs, demand, solution
from tests.machines.guest import Guest

UP_SECONDS = 3 * 3600.0  # emulated: with every package unpacked, five minutes on a usual machine
PASSWORD = "correct horse battery"
_SECRETS = (
    "SLIPWAY_SECRET_KEY=a-secret-for-one-test-run-only-0123456789abcdef\nSLIPWAY_DATABASE_PASSWORD=one-test-run\n"
)
_COMPOSE = f"cd {HOME} && docker compose"


def composed(guest: Guest) -> str:
    """`docker compose up --build`: images built, the stock fetched by the service `images`, every service healthy."""
    demand(guest, "systemctl start docker && docker info --format '{{.CgroupVersion}}'", "^2$")
    demand(guest, f"systemd-run --quiet --unit registry docker-registry serve {registry.CONFIG}")
    guest.run(f"cat > {HOME}/.env", stdin=_SECRETS + registry.settings())
    demand(guest, f"{_COMPOSE} config --quiet")
    built = guest.run(f"{_COMPOSE} up --build --detach > /tmp/compose.log 2>&1", UP_SECONDS)
    if built.code != 0:
        raise Differs(_why(guest, "images"))
    fetched = demand(guest, "docker inspect --format '{{.State.StartedAt}} {{.State.FinishedAt}}' slipway-images-1")
    return (
        f"up after {built.seconds:.0f} s; the service images ran {' to '.join(part[11:19] for part in fetched.split())}"
    )


def composed_opens(guest: Guest) -> str:
    """All services are healthy, and the core of the attacks is contained."""
    done = guest.run("docker wait slipway-attacks-1", UP_SECONDS)
    if done.out.split()[-1:] != ["0"]:
        raise Differs(_why(guest, "attacks", "sandbox"))
    rows = [json.loads(line) for line in demand(guest, f"{_COMPOSE} ps --format json").splitlines()]
    sick = [row["Service"] for row in rows if row["State"] == "running" and row["Health"] != "healthy"]
    if sick:
        raise Differs(_why(guest, *sick))
    said = demand(guest, f"{_COMPOSE} logs --no-log-prefix attacks", "contained").strip().splitlines()[-1]
    return f"{len(rows)} services healthy after {done.seconds:.0f} s more; {said}"


def composed_grades(guest: Guest) -> str:
    """A learner submits through the web."""
    accounts = json.dumps([{"role": "learner", "username": "alice", "password": PASSWORD}])
    added = guest.run(f"{_COMPOSE} exec -T web python manage.py demo", stdin=accounts)
    if added.code != 0:
        raise Differs(added.out[-800:])
    client = f"cd {HOME} && python3 tests/compose/client.py {URL} alice {shlex.quote(PASSWORD)} non-root 1800"
    done = guest.run(client, 2400, stdin=json.dumps(solution("non-root")))
    if done.out.strip().splitlines()[-1:] != ["Passed"]:
        raise Differs(done.out[-800:] + _why(guest, "worker"))
    return f"non-root's solution passed through the web in {done.seconds:.0f} s"


def composed_ends(guest: Guest) -> str:
    """`docker compose down --volumes` leaves nothing but images and the build cache."""
    done = guest.run(f"{_COMPOSE} down --volumes", 1200)
    left = demand(
        guest,
        "docker ps --all --quiet; docker volume ls --quiet; docker network ls --quiet --filter type=custom;"
        " grep -c -e slipway /proc/self/mounts; find /sys/fs/cgroup -name '*slot*'; losetup --list --noheadings; true",
    ).split()
    if done.code != 0 or left != ["0"]:
        raise Differs(f"{done.out[-800:]} left: {left}")
    return (
        f"down after {done.seconds:.0f} s; no container, volume, network, mount, control group or loop device is left"
    )


def _why(guest: Guest, *services: str) -> str:
    """The end of what compose and these services wrote."""
    logs = [guest.run(f"{_COMPOSE} logs --tail 30 {service}").out[-2500:] for service in services]
    return "\n".join([guest.run("tail -n 15 /tmp/compose.log").out[-1500:], *logs])


CASES: tuple[Callable[[Guest], str], ...] = (composed, composed_opens, composed_grades, composed_ends)
