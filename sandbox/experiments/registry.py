"""`registry`: the learner's registry, asked by the trusted probe as clients would ask it, welcome ones and others.

What is pushed is real: a layer of more than a megabyte, a configuration, a manifest. A client that may not write tries
to write on images, layers and uploads that exist, at every port that the project opens. Afterwards the project is ended
and started again, its volumes kept, and the image pulled by its digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sandbox import containers, passwordfile
from sandbox.compose.running import Running
from sandbox.experiments import registry_roles as roles
from sandbox.experiments.compose_up import project_of
from sandbox.facts import Fact
from sandbox.plan import Experiment
from sandbox.registryclient import SMALL_BYTES, TAG, Client, Image, good, make, push
from sandbox.registryfacts import Attempt, Registry

if TYPE_CHECKING:
    from sandbox.session import Session


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Registry:
    project = project_of(session, experiment)
    passwords = tuple(passwordfile.read(session.plan.files, experiment.passwords))
    app = project.app(experiment.service)
    if app is None:
        return Registry((), passwords, False)
    image, small = make(), make(SMALL_BYTES)
    writer = Client(session, app, experiment.port, experiment.writer)
    writer.wait()
    attempts = [*_welcome(writer, Client(session, app, experiment.port, experiment.reader), image)]
    push(writer, small, patch=False)  # whether that works has been tried; what follows needs something to ask for
    attempts += roles.everybody(session, experiment, roles.Port(app, experiment.port), writer, small)
    for port in _others(project, experiment):
        attempts += roles.everybody(session, experiment, port, writer, small)
    ended = project.down()
    restarted = ended.ok and project.up().ok
    again = project.app(experiment.service) if restarted else None
    if again is not None:
        containers.until_ready(session, again, experiment.port, experiment.ready, session.plan.limits.start_seconds)
        writer = Client(session, again, experiment.port, experiment.writer)
        writer.wait()
        attempts.append(_pull(writer, "restart", image, image.digest, "pull by digest what was pushed before"))
    return Registry(tuple(attempts), passwords, again is not None)


def _welcome(writer: Client, reader: Client, image: Image) -> Iterator[Attempt]:
    """What has to work, as Docker does it: by PATCH, with a look by HEAD before."""
    answer, wrong = push(writer, image)
    yield roles.attempt("writer", "push an image", True, answer, not wrong, wrong)
    if wrong and push(writer, image, patch=False)[1] == "":  # that was told; what follows is about something else
        wrong = ""
    yield _pull(writer, "writer", image, TAG, "pull by tag")
    yield _pull(writer, "writer", image, image.digest, "pull by digest")
    listed = writer.ask("GET", "/v2/_catalog", accept="application/json")
    found = good(listed) and image.repository in listed.body
    yield roles.attempt("writer", "list the catalogue", True, listed, found)
    greeted = reader.ask("GET", "/v2/")
    yield roles.attempt("reader", "log in", True, greeted, good(greeted))
    if not wrong:
        seen = reader.ask("HEAD", f"{image.path}/manifests/{TAG}", accept=roles.MANIFEST)
        yield roles.attempt("reader", "look a tag up", True, seen, good(seen))
    yield _pull(reader, "reader", image, image.digest, "pull")


def _pull(client: Client, who: roles.Who, image: Image, reference: str, what: str) -> Attempt:
    answer = client.ask("GET", f"{image.path}/manifests/{reference}", accept=roles.MANIFEST)
    if answer.status != 200 or answer.body != image.manifest:
        return roles.attempt(who, what, True, answer, False, "" if answer.status != 200 else "another manifest came")
    answer = client.ask("GET", f"{image.blobs}/{roles.digest(image.layer)}")
    whole = answer.status == 200 and image.layer.startswith(answer.body) and len(answer.body) > 1000
    return roles.attempt(who, what, True, answer, whole)


def _others(project: Running, experiment: Experiment) -> Iterator[roles.Port]:
    """Every other port that the project opens to the world: a registry behind it has to ask as well."""
    for service in project.services():
        app = project.app(service.name)
        for port in sorted({one.port for one in service.published}):
            if app is not None and (service.name, port) != (experiment.service, experiment.port):
                yield roles.Port(app, port, f" at port {port} of “{service.name}”")
