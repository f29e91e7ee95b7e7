# The images of compose.yaml: web (also beat and migrations), worker, sandbox, images (fetches what the sandbox needs).
# Tag and digest name one build, so that the same file builds the same thing tomorrow; raise both on purpose. An operator
# who takes images from a registry of their own names another in .env.
ARG SLIPWAY_PYTHON_IMAGE=python:3.13.15-slim-bookworm@sha256:2325bb286ec344af3e5898cc224b5844e2707ac6e26b1632516fd3edc84a5e26

# A build without a network brings its wheels: docker build --build-context wheels=DIRECTORY …
FROM scratch AS wheels

FROM ${SLIPWAY_PYTHON_IMAGE} AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
ARG PIP_NO_INDEX=
RUN python -m venv /opt/slipway
COPY requirements/run.txt /tmp/run.txt
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=bind,from=wheels,target=/wheels \
    /opt/slipway/bin/pip install --quiet --require-hashes --find-links /wheels -r /tmp/run.txt

FROM ${SLIPWAY_PYTHON_IMAGE} AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SLIPWAY_VAR=/var/lib/slipway SLIPWAY_RUNTIME=/run/slipway
# The same numbers as embedded. Web and worker share no group: only the worker may use the sandbox's sockets.
RUN groupadd --gid 64101 web && useradd --uid 64101 --gid web --no-create-home --home-dir /tmp web \
    && groupadd --gid 64102 worker && useradd --uid 64102 --gid worker --no-create-home --home-dir /tmp worker \
    && install -d -m 0755 /var/lib/slipway \
    && install -d -m 0711 /run/slipway
WORKDIR /srv/slipway

FROM base AS app
ENV PATH=/opt/slipway/bin:$PATH
COPY --from=packages /opt/slipway /opt/slipway
COPY manage.py pyproject.toml ./
COPY static static
COPY templates templates
COPY sandbox sandbox
COPY people people
COPY lessons lessons
COPY labs labs
COPY config config

FROM app AS web
USER web
EXPOSE 8000
CMD ["python", "-m", "config.web", "--host", "0.0.0.0"]
HEALTHCHECK --interval=10s --timeout=10s --start-period=120s --start-interval=1s --retries=3 \
    CMD ["python", "-m", "config.healthcheck", "web"]

FROM app AS worker
COPY tests/hostile tests/hostile
USER worker
CMD ["celery", "-A", "config.celery", "worker", "--without-gossip", "--without-mingle", "--loglevel", "warning"]
HEALTHCHECK --interval=30s --timeout=20s --start-period=120s --start-interval=2s --retries=3 \
    CMD ["python", "-m", "config.healthcheck", "worker"]

# Root, because it makes namespaces, mounts and cgroups; what that root may do is bounded in compose.yaml.
FROM base AS sandbox
COPY labs/images.toml labs/packages.toml labs/advisories.toml labs/
COPY sandbox sandbox
CMD ["sh", "sandbox/engine/service.sh"]
# A slow machine takes half an hour for the data that slots are copied from.
HEALTHCHECK --interval=10s --timeout=20s --start-period=1800s --start-interval=1s --retries=3 \
    CMD ["python", "-m", "sandbox.engine", "--check"]

# Fetches and assembles; has a network, and no part in running anybody's code.
FROM base AS images
RUN apt-get update \
    && apt-get install --yes --no-install-recommends mmdebstrap dpkg-dev \
    && rm -rf /var/lib/apt/lists/*
COPY labs/images.toml labs/packages.toml labs/advisories.toml labs/
COPY sandbox sandbox
CMD ["python", "-m", "sandbox.engine.provision", "--fetch"]
