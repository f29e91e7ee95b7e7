from __future__ import annotations

import hashlib
import socket
import threading
import time
from pathlib import Path

import pytest

from sandbox.engine.provision import registry as module
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.provision.registry import NotAnswering, NotUsable, Registry
from tests.sandbox.engine.provision import registries
from tests.sandbox.engine.provision.registries import Small
from tests.sandbox.engine.provision.tiny import digest_of

REPOSITORY = "library/debian"
BODY = b"the bytes of a layer" * 100
DIGEST = digest_of(BODY)


@pytest.fixture
def held(registry: Small) -> Registry:
    registry.files[DIGEST] = BODY
    return Registry(registry.address)


def test_a_manifest_is_given_as_it_was_stored(held: Registry) -> None:
    assert held.manifest(REPOSITORY, DIGEST) == BODY


def test_a_blob_is_written_whole(held: Registry, tmp_path: Path) -> None:
    held.blob(REPOSITORY, DIGEST, len(BODY), tmp_path / "blob")
    assert (tmp_path / "blob").read_bytes() == BODY


def test_a_path_in_the_address_goes_before_the_repository(registry: Small) -> None:
    registry.files[DIGEST] = BODY
    Registry(registry.address + "/proxy/hub/").manifest(REPOSITORY, DIGEST)
    assert registry.asked[0][1] == f"/v2/proxy/hub/{REPOSITORY}/manifests/{DIGEST}"


@pytest.mark.parametrize(
    "address", ["registry.example", "ftp://a", "https://", "http://a:b", "http://u:p@a", "http://ä"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(PartFailed, match="SLIPWAY_REGISTRY"):
        Registry(address)


def test_bytes_with_another_digest_are_a_failure(registry: Small, held: Registry, tmp_path: Path) -> None:
    registry.files[DIGEST] = BODY[:-1] + b"X"
    with pytest.raises(PartFailed, match=hashlib.sha256(registry.files[DIGEST]).hexdigest()):
        held.manifest(REPOSITORY, DIGEST)
    with pytest.raises(PartFailed, match="digest is"):
        held.blob(REPOSITORY, DIGEST, len(BODY), tmp_path / "blob")


@pytest.mark.parametrize("stored", [BODY + b"more", BODY[:-1]])
def test_a_blob_of_another_size_is_a_failure(registry: Small, held: Registry, tmp_path: Path, stored: bytes) -> None:
    registry.files[DIGEST] = stored
    with pytest.raises(PartFailed):
        held.blob(REPOSITORY, DIGEST, len(BODY), tmp_path / "blob")


def test_an_answer_that_breaks_off_is_not_taken_for_a_wrong_digest(
    registry: Small, held: Registry, tmp_path: Path
) -> None:
    registry.cut = frozenset({DIGEST})
    with pytest.raises(NotAnswering, match="broke off"):
        held.blob(REPOSITORY, DIGEST, len(BODY), tmp_path / "blob")
    with pytest.raises(NotAnswering, match="broke off"):
        held.manifest(REPOSITORY, DIGEST)


def test_a_manifest_has_a_bound(registry: Small, held: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DOCUMENT_BYTES", len(BODY) - 1)
    with pytest.raises(NotUsable, match="more than"):
        held.manifest(REPOSITORY, DIGEST)


@pytest.mark.parametrize(("status", "failure"), [(403, NotUsable), (500, NotAnswering), (429, NotAnswering)])
def test_a_refusal_is_told_from_an_outage(
    registry: Small, held: Registry, status: int, failure: type[Exception]
) -> None:
    registry.status = status
    with pytest.raises(failure, match=str(status)):
        held.manifest(REPOSITORY, DIGEST)


def test_what_it_does_not_have_is_not_usable(held: Registry) -> None:
    with pytest.raises(NotUsable, match="404"):
        held.manifest(REPOSITORY, digest_of(b"other"))


def test_nobody_listening_is_not_answering() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotAnswering):
        Registry(f"http://127.0.0.1:{port}").manifest(REPOSITORY, DIGEST)


def test_silence_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(NotAnswering):
            Registry(f"http://127.0.0.1:{silent.getsockname()[1]}").manifest(REPOSITORY, DIGEST)
    assert time.monotonic() - begun < 3


def test_a_trickle_ends_with_the_time_for_a_blob(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "BLOB_SECONDS", 0.2)

    def trickle(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            try:
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                pass  # the client has had enough

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=trickle, args=(listening,))
        thread.start()
        with pytest.raises(NotAnswering, match="longer than"):
            Registry(f"http://127.0.0.1:{listening.getsockname()[1]}").blob(REPOSITORY, DIGEST, 1000, tmp_path / "blob")
        thread.join()


def test_a_token_is_fetched_where_the_challenge_says_and_used_again(
    registry: Small, held: Registry, tmp_path: Path
) -> None:
    registry.token = "secret-1"
    held.manifest(REPOSITORY, DIGEST)
    held.blob(REPOSITORY, DIGEST, len(BODY), tmp_path / "blob")
    assert [path.partition("?")[0] for _, path, _ in registry.asked] == [
        f"/v2/{REPOSITORY}/manifests/{DIGEST}",
        "/token",
        f"/v2/{REPOSITORY}/manifests/{DIGEST}",
        f"/v2/{REPOSITORY}/blobs/{DIGEST}",
    ]


def test_a_token_that_has_run_out_is_fetched_again(registry: Small, held: Registry) -> None:
    registry.token = "secret-1"
    held.manifest(REPOSITORY, DIGEST)
    registry.token = "secret-2"
    assert held.manifest(REPOSITORY, DIGEST) == BODY


@pytest.mark.parametrize("token", [" ", "a\r\nX-Evil: 1"])
def test_what_cannot_be_a_token_is_not_sent(registry: Small, held: Registry, token: str) -> None:
    registry.token = token
    with pytest.raises(NotUsable, match="no token"):
        held.manifest(REPOSITORY, DIGEST)


def test_a_redirect_is_followed_without_the_token(registry: Small, held: Registry, tmp_path: Path) -> None:
    registry.token = "secret-1"
    with registries.small() as storage:
        storage.files[DIGEST] = BODY
        registry.storage = storage.address
        held.blob(REPOSITORY, DIGEST, len(BODY), tmp_path / "blob")
        assert [authorization for _, _, authorization in storage.asked] == [""]


def test_a_redirect_does_not_lead_to_a_file(registry: Small, held: Registry, tmp_path: Path) -> None:
    registry.storage = "file:///etc"
    with pytest.raises((NotAnswering, NotUsable)):
        held.blob(REPOSITORY, DIGEST, len(BODY), tmp_path / "blob")
