"""On the real engine: what a registry's guard lets through has its effect, and what it refuses has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox import door
from sandbox.plan import Experiment, Plan
from sandbox.registryfacts import Registry

pytestmark = pytest.mark.engine
LAB = Path(__file__).resolve().parents[3] / "labs" / "catalogue" / "private-registry"
PLACE: dict[str, Any] = {"service": "proxy", "port": 5000, "ready": "/healthz"}
UP = Experiment("up", "compose-up", **PLACE)
CLIENTS = Experiment(
    "clients",
    "registry",
    after="up",
    reader="reader:correct-horse",
    writer="writer:battery-staple",
    passwords=("htpasswd",),
    **PLACE,
)
Asks = Callable[..., Registry]


@pytest.fixture
def asks(slot: door.Slot) -> Asks:
    """The lab's solution with some texts replaced: {file: (old, new)}."""

    def run(**changes: tuple[str, str]) -> Registry:
        files = {path.name: path.read_text() for path in (LAB / "solution").iterdir()}
        for stem, (old, new) in changes.items():
            name = next(name for name in files if name.startswith(stem))
            assert old in files[name]
            files[name] = files[name].replace(old, new)
        fact = slot.run(Plan("test", {}, files, (UP, CLIENTS)), lambda event: None).facts["clients"]
        assert isinstance(fact, Registry)
        return fact

    return run


def wrong(fact: Registry) -> set[tuple[str, str]]:
    return {(attempt.who, attempt.what) for attempt in fact.attempts if not attempt.right}


def test_a_right_registry_does_right_in_every_attempt(asks: Asks) -> None:
    fact = asks()
    assert wrong(fact) == set() and fact.restarted
    assert {attempt.who for attempt in fact.attempts} == {
        *("writer", "reader", "anonymous", "wrong-password", "stranger", "restart")
    }
    assert [stored.scheme for stored in fact.passwords] == ["bcrypt", "bcrypt"]


def test_a_registry_that_is_ready_after_its_proxy_is_waited_for(asks: Asks) -> None:
    begins = "sleep 2; exec registry serve /etc/docker/registry/config.yml"
    service = "    image: registry:2\n"
    assert wrong(asks(compose=(service, f"{service}    entrypoint: [sh, -c, '{begins}']\n"))) == set()


def test_without_a_guard_everybody_does_everything(asks: Asks) -> None:
    fact = asks(
        nginx=("return 403;", "set $x y;"), compose=("      - images:/var/lib/registry", "      - images:/data")
    )
    changes = {"begin an upload", "set a tag", "move a tag", "mount a layer of another repository"}
    changes |= {"send a part of a layer"}  # after which the upload has another address, where nobody ends it
    assert wrong(fact) == {
        *(("reader", what) for what in changes),
        ("restart", "pull by digest what was pushed before"),
    }


def test_a_registry_that_deletes_is_asked_to_delete_what_is_there(asks: Asks) -> None:
    deletes = (
        "    image: registry:2\n",
        "    image: registry:2\n    environment: {REGISTRY_STORAGE_DELETE_ENABLED: 'true'}\n",
    )
    fact = asks(nginx=("GET|HEAD|OPTIONS", "GET|HEAD|OPTIONS|DELETE"), compose=deletes)
    assert wrong(fact) == {("reader", "delete a layer"), ("reader", "delete an image")}


def test_a_proxy_that_refuses_parts_of_layers_takes_no_push_of_docker(asks: Asks) -> None:
    fact = asks(nginx=('"~^(GET', '"~^PATCH:" 1;\n    "~^(GET'))
    assert wrong(fact) == {("writer", "push an image")}


def test_a_port_beside_the_guard_is_found(asks: Asks) -> None:
    fact = asks(compose=("    image: registry:2\n", '    image: registry:2\n    ports: ["5001:5000"]\n'))
    assert {who for who, _ in wrong(fact)} == {"anonymous", "wrong-password", "stranger", "reader"}
    assert all(what.endswith("at port 5000 of “registry”") for _, what in wrong(fact))
    assert ("reader", "set a tag at port 5000 of “registry”") in wrong(fact)


def test_an_upload_that_is_sent_elsewhere_is_not_followed(asks: Asks) -> None:
    other = "proxy_redirect off;\n        proxy_set_header   Nothing"
    (push, *_) = asks(nginx=("proxy_set_header   Host", other)).attempts
    assert not push.done and "http://registry:5000, which no client can reach" in push.error


def test_a_proxy_that_translates_the_address_need_not_hand_on_the_name(asks: Asks) -> None:
    assert wrong(asks(nginx=("proxy_set_header   Host", "proxy_set_header   Nothing"))) == set()
