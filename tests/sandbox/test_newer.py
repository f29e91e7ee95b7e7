from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox import available, grammar, newer
from sandbox.dockerfile import parse
from sandbox.door import Slot
from sandbox.engine.trials import BASE as IMAGE
from sandbox.engine.trials import FILE, TRIALS
from sandbox.facts import Build
from tests.engine import Tried
from tests.sandbox.stock import DATA

EVERYTHING = frozenset(feature.name for feature in newer.FEATURES)
OLD = replace(
    available.Stock.of(DATA), lacks=EVERYTHING, programs={"Docker Engine": "26.1.5+dfsg1-9", "runc": "1.1.15"}
)
BASE = "FROM debian:12-slim\n"
USES = {
    "COPY --parents": [
        "COPY --parents ./app.py .",
        "COPY --from=debian:12-slim --parents=true a b c/",
        "ONBUILD COPY --parents a b",
    ],
    "--exclude": ["COPY --exclude=docs . .", "ADD --exclude=*.md --exclude=*.txt . /app/"],
    "ADD --unpack": ["ADD --unpack=false app.tar /", "ADD --unpack app.tar /"],
    "a space after <<": ["RUN cat > /go.sh << 'END'\nexec python app.py\nEND", "RUN cat <<\tA <<B\nA\nB"],
    "--chmod with letters": ["COPY --chmod=u=rw,go= app.py .", "ADD --chmod=a+x app.py ."],
    "RUN --mount=type=secret,env=": [
        "RUN --mount=type=secret,id=a,env=A env",
        "RUN --mount=id=a,env=A,type=secret env",
    ],
    "RUN --security": ["RUN --security=sandbox true"],
}


def refused(text: str, stock: available.Stock = OLD) -> tuple[str, int | None] | None:
    parsed = parse(text)
    assert parsed.problems == ()
    found = available.refuse(parsed, stock)
    return (found.name, found.line) if found is not None and found.kind == "feature" else None


def test_each_feature_has_a_trial_and_an_example_here() -> None:
    assert USES.keys() == TRIALS.keys() == EVERYTHING


def test_every_flag_that_old_engines_lack_has_a_trial() -> None:
    old = {"chmod", "chown", "checksum", "from", "keep-git-dir", "link", "mount", "network", "platform"}
    never = {"device"}  # refused on every engine
    flags = {flag for name, known in grammar._FLAGS.items() if name != "HEALTHCHECK" for flag in known}
    assert {flag for flag in flags - old - never if not any(flag in name for name in EVERYTHING)} == set()


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in USES.items() for text in texts])
def test_what_the_engine_lacks_is_not_available_at_its_line_and_otherwise_no_matter(name: str, text: str) -> None:
    assert refused(f"{BASE}{text}\n") == (name, 2)
    assert refused(f"{BASE}{text}\n", replace(OLD, lacks=EVERYTHING - {name})) is None


@pytest.mark.parametrize(
    "text",
    [
        "COPY --chmod=0755 a b",
        "COPY --chmod=$MODE a b",
        "COPY --chown=1:1 --link a b",
        "RUN --mount=type=secret,id=a env",
        "RUN --mount=type=cache,target=/env true",
        "RUN cat <<EOF\n<< EOF\nEOF",
        "RUN echo '<< EOF'",
        "RUN <<-EOF\n\tCOPY --parents a b\n\tEOF",
    ],
)
def test_what_old_engines_have_is_let_through(text: str) -> None:
    assert refused(f"{BASE}{text}\n") is None


def test_the_message_names_the_version_that_has_it_the_one_here_and_what_to_write() -> None:
    found = available.refuse(parse(f"{BASE}COPY --parents a b /c/\n"), OLD)
    assert found is not None
    assert found.message == (
        "COPY --parents is not available here: it needs Docker 29.1 (Dockerfile syntax 1.20), and this sandbox has "
        "Docker 26.1.5. Write one COPY for each folder, with the folder in its destination too."
    )


def test_an_engine_of_unknown_version_is_not_named() -> None:
    found = available.refuse(parse(f"{BASE}ADD --unpack a /\n"), replace(OLD, programs={}))
    assert found is not None and "and this sandbox has an older one." in found.message


@pytest.mark.engine
@pytest.mark.parametrize("feature", newer.FEATURES, ids=lambda feature: feature.name)
def test_the_engine_builds_what_it_has_and_the_rest_costs_no_attempt(
    feature: newer.Feature, slot: Slot, tried: Tried
) -> None:
    text = TRIALS[feature.name].replace(FILE, "app.py").replace("scratch", IMAGE)
    outcome = tried(text)
    if feature.name in available.Stock.load(slot.stock).lacks:
        assert outcome.unavailable is not None and outcome.unavailable.name == feature.name
        return
    build = outcome.facts["image"]
    assert isinstance(build, Build)
    assert build.ok, build.problem
