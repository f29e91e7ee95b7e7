"""Statements of the lesson that no example proves: each is tried on the real engine."""

from __future__ import annotations

import pytest

from labs import stacks
from sandbox.door import Slot

pytestmark = pytest.mark.engine
CACHED = """
printf 'FROM debian:12-slim\\nENV VERSION=1\\nWORKDIR /app\\nCOPY a .\\nRUN date > b\\nCOPY a c\\n' > Dockerfile
docker build --quiet . > /dev/null
sed -i s/VERSION=1/VERSION=2/ Dockerfile
docker build --progress=plain . 2>&1 | grep -A1 -E '^#[0-9]+ .[2-5]/5' | grep -c CACHED
"""
MODES = """
chmod 600 a
printf 'FROM debian:12-slim\\nCOPY a /a\\nUSER 10001\\nCMD stat -c %%a:%%u /a; cat /a || echo no\\n' > Dockerfile
docker build --quiet --tag modes . > /dev/null
docker run --rm modes 2> /dev/null
"""
PORTS = """
bind='import socket; socket.socket().bind(("0.0.0.0", 80)); print("bound")'
docker run --rm --cap-drop ALL --user 10001 python:3.11-slim python -c "$bind"
"""
WRITABLE = """
docker run --rm --read-only --user 10001 debian:12-slim sh -c 'touch /dev/shm/x && echo shm; touch /etc/x || echo no'
"""
SCRIPTS = """
docker run --rm --read-only --tmpfs /tmp debian:12-slim sh -c '
echo "echo script" > /tmp/x.sh; sh /tmp/x.sh; cp /bin/true /tmp/t; /tmp/t 2> /dev/null || echo refused'
"""
WORKDIR = """
printf 'FROM debian:12-slim\\nWORKDIR /srv\\n' > Dockerfile
docker build --quiet --tag there . > /dev/null
count() { docker image inspect --format '{{len .RootFS.Layers}}' "$1"; }
echo $(($(count there) - $(count debian:12-slim)))
"""
FILLED = """
docker volume create old > /dev/null
docker run --rm --volume old:/etc/skel debian:12-slim true
docker run --rm --volume old:/x debian:12-slim ls -A /x | wc -l
"""
PRUNED = """
docker volume create named > /dev/null
docker run --name once --volume /anonymous debian:12-slim true
docker rm once > /dev/null
docker volume prune --force > /dev/null
docker volume ls --quiet
"""
LOOPBACK = """
docker run --detach --name registry --publish 5000:5000 registry:2 > /dev/null
outer=$(docker network inspect --format '{{(index .IPAM.Config 0).Gateway}}' bridge):5000
docker tag debian:12-slim localhost:5000/a && docker tag debian:12-slim "$outer/a"
sleep 2
docker push --quiet localhost:5000/a
docker push "$outer/a" 2>&1 | grep -o 'HTTP response to HTTPS client'
"""
NO_USERS = """
docker run --detach --name registry --env REGISTRY_AUTH=htpasswd --env REGISTRY_AUTH_HTPASSWD_REALM=a \\
    --env REGISTRY_AUTH_HTPASSWD_PATH=/auth/users registry:2 > /dev/null
sleep 2
docker exec registry cat /auth/users | cut -d: -f1
"""
SIGNED = """
docker network create closed > /dev/null
docker run --detach --name registry --network closed --publish 5000:5000 registry:2 > /dev/null
docker run --detach --name tools --network closed --workdir /tmp --env COSIGN_PASSWORD= \\
    slipway/tools:1 sleep infinity > /dev/null
docker tag debian:12-slim localhost:5000/app:1 && docker push --quiet localhost:5000/app:1 > /dev/null
docker exec tools sh -c '
cosign generate-key-pair 2> /dev/null
digest=$(skopeo inspect --tls-verify=false --format "{{.Digest}}" docker://registry:5000/app:1)
image=registry:5000/app@$digest
sign="cosign sign --yes --key cosign.key --allow-http-registry"
$sign --tlog-upload=false $image 2>&1 | grep -o "^Error: --tlog-upload=false is not supported"
cosign signing-config create --out signing.json
$sign --signing-config signing.json $image 2>&1 | grep -o "^Pushing signature"
cosign verify --key cosign.pub --insecure-ignore-tlog --allow-insecure-registry --output json $image 2> /dev/null |
    jq --arg digest "$digest" "any(.[]; .critical.image.\\"docker-manifest-digest\\" == \\$digest)"'
"""
FACTS = {
    "a changed ENV leaves WORKDIR and COPY in the cache": (CACHED, ["2"]),
    "COPY keeps the mode, and root owns the file": (MODES, ["600:0", "no"]),
    "any user of a container binds port 80": (PORTS, ["bound"]),
    "a read-only root leaves /dev/shm writable": (WRITABLE, ["shm", "no"]),
    "noexec stops programs, and no scripts": (SCRIPTS, ["script", "refused"]),
    "WORKDIR adds a layer for a directory that is there": (WORKDIR, ["1"]),
    "an empty volume is filled, though it is not new": (FILLED, ["3"]),
    "prune keeps volumes with a name": (PRUNED, ["named"]),
    "plain HTTP is for loopback addresses": (LOOPBACK, ["localhost:5000/a:latest", "HTTP response to HTTPS client"]),
    "cosign 3 signs without a log by a signing config": (
        SIGNED,
        ["Error: --tlog-upload=false is not supported", "Pushing signature", "true"],
    ),
    "a registry without its file makes a user docker": (NO_USERS, ["docker"]),
}


@pytest.mark.parametrize("fact", FACTS)
def test_it_is_as_the_lesson_says(slot: Slot, fact: str) -> None:
    script, said = FACTS[fact]
    assert stacks.run(slot, "fact", {"a": "text\n", stacks.SCRIPT: script}).log.split() == " ".join(said).split()
