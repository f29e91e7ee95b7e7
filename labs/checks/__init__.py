"""Every check there is, in one place. A test fails when a module of this folder is missing here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from labs.checks import (
    app_works,
    artefact_is_built_from_source,
    becomes_healthy,
    builds,
    code_not_writable,
    containers_are_separate,
    context_small,
    default_denies,
    deps_cached_on_source_change,
    deps_rerun_on_manifest_change,
    final_depends_on_builder,
    final_image_small,
    forbidden_calls_refused,
    needed_calls_work,
    no_added_setuid_files,
    no_effective_capabilities,
    no_root_process,
    no_toolchain_in_final,
    nothing_rebuilt_on_ignored_change,
    reacts_in_time,
    recovers,
    secret_not_in_any_layer,
    serves,
    still_writes_its_data,
    stops_on_sigterm,
    unhealthy_on_500,
    unhealthy_on_hang,
    unhealthy_when_stopped,
)
from labs.checks.base import Check

CHECKS: tuple[Check[Any], ...] = (
    builds.CHECK,
    serves.CHECK,
    no_root_process.CHECK,
    no_effective_capabilities.CHECK,
    no_added_setuid_files.CHECK,
    still_writes_its_data.CHECK,
    code_not_writable.CHECK,
    deps_cached_on_source_change.CHECK,
    deps_rerun_on_manifest_change.CHECK,
    nothing_rebuilt_on_ignored_change.CHECK,
    becomes_healthy.CHECK,
    unhealthy_when_stopped.CHECK,
    unhealthy_on_500.CHECK,
    unhealthy_on_hang.CHECK,
    recovers.CHECK,
    reacts_in_time.CHECK,
    no_toolchain_in_final.CHECK,
    final_image_small.CHECK,
    artefact_is_built_from_source.CHECK,
    final_depends_on_builder.CHECK,
    secret_not_in_any_layer.CHECK,
    context_small.CHECK,
    containers_are_separate.CHECK,
    stops_on_sigterm.CHECK,
    app_works.CHECK,
    needed_calls_work.CHECK,
    default_denies.CHECK,
    forbidden_calls_refused.CHECK,
)
BY_ID: Mapping[str, Check[Any]] = MappingProxyType({check.id: check for check in CHECKS})
