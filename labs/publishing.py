"""Between a lab in the catalogue and the row that submissions point to, in both directions."""

from __future__ import annotations

import tomllib

from labs import specs
from labs.models import LabVersion
from labs.specs import Lab

_older: dict[str, Lab] = {}  # by digest: versions that the catalogue no longer has; as many as were published


def publish(lab: Lab) -> LabVersion:
    """The row of exactly this text of the lab, made when it is first submitted to."""
    version, _ = LabVersion.objects.get_or_create(
        slug=lab.slug,
        version=lab.version,
        digest=lab.digest,
        defaults={
            "title": lab.title,
            "spec": tomllib.loads(lab.texts.get("lab.toml", "")),
            "files": dict(lab.texts),
        },
    )
    return version


def lab_of(version: LabVersion) -> Lab:
    """The lab as it was when `version` was published: work is shown and graded by what the learner read."""
    current = specs.catalogue().get(version.slug)
    if current is not None and current.digest == version.digest:
        return current
    if version.digest not in _older:
        _older[version.digest] = specs.parse(version.slug, version.files)
    return _older[version.digest]
