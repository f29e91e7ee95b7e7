from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict

import pytest

from sandbox.engine import dataroot, requests, slot
from sandbox.limits import CEILING, DEFAULT


def test_no_default_is_above_the_ceiling() -> None:
    above = {name for name, value in asdict(DEFAULT).items() if value > asdict(CEILING)[name]}
    assert above == set()


def test_every_bound_bounds() -> None:
    assert all(value > 0 for value in asdict(DEFAULT).values())


@pytest.mark.parametrize("name", list(asdict(DEFAULT)))
def test_limits_cannot_be_changed_in_passing(name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(DEFAULT, name, 9999)


def test_the_root_side_allows_what_a_lab_may_ask_for() -> None:
    assert requests.CEILING.memory_mb >= max(CEILING.build_memory_mb, CEILING.run_memory_mb)
    assert requests.CEILING.pids >= max(CEILING.build_pids, CEILING.run_pids)
    assert requests.CEILING.cpus >= max(CEILING.build_cpus, CEILING.run_cpus)


def test_a_slot_starts_with_the_default_bounds_of_a_build() -> None:
    assert (slot.BUILD.memory_mb, slot.BUILD.pids, slot.BUILD.cpus) == (
        DEFAULT.build_memory_mb,
        DEFAULT.build_pids,
        DEFAULT.build_cpus,
    )


def test_an_image_and_its_build_fit_on_a_slots_disk() -> None:
    assert CEILING.image_mb < DEFAULT.disk_mb == dataroot.DATA_MB
