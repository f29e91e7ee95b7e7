"""Every check there is, in one place. A test fails when a module of this folder is missing here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from labs.checks import (
    builds,
    code_not_writable,
    deps_cached_on_source_change,
    deps_rerun_on_manifest_change,
    no_added_setuid_files,
    no_effective_capabilities,
    no_root_process,
    nothing_rebuilt_on_ignored_change,
    serves,
    still_writes_its_data,
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
)
BY_ID: Mapping[str, Check[Any]] = MappingProxyType({check.id: check for check in CHECKS})
