"""What grades and safety rest on, tried on this very machine before any learner's work runs here.

Each canary takes a leased slot and returns "" or one sentence that says what does not hold. A setting that fails open
(a policy that is not read, limits that are discarded, a mapping that is not applied) shows here and nowhere else. What
the kernel says of a slot without trying is looked at by `sandbox.engine.confinement`, at each start of each slot.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.canaries.apps import (
    app_memory_limit_holds,
    app_process_limit_holds,
    bridge_keeps_containers_apart,
    exec_enters_the_container,
    host_users_are_refused,
    output_is_bounded,
    root_is_reported_as_root,
)
from sandbox.canaries.between import a_slot_is_clean_for_the_next, caches_are_apart
from sandbox.canaries.builds import (
    build_client_is_alone,
    build_steps_are_confined,
    cached_layers_keep_their_time,
    host_network_is_refused,
    memory_limit_holds,
    policy_is_enforced,
    process_limit_holds,
)
from sandbox.canaries.days import another_day_is_another_day
from sandbox.canaries.projects import networks_are_apart, service_bounds_hold
from sandbox.canaries.scripts import profiles_are_enforced, scripts_are_alone
from sandbox.door import Slot

CANARIES: tuple[Callable[[Slot], str], ...] = (
    policy_is_enforced,
    host_network_is_refused,
    build_steps_are_confined,
    build_client_is_alone,
    root_is_reported_as_root,
    exec_enters_the_container,
    host_users_are_refused,
    bridge_keeps_containers_apart,
    cached_layers_keep_their_time,
    caches_are_apart,
    a_slot_is_clean_for_the_next,
    process_limit_holds,
    memory_limit_holds,
    app_process_limit_holds,
    app_memory_limit_holds,
    output_is_bounded,
    another_day_is_another_day,
    networks_are_apart,
    service_bounds_hold,
    profiles_are_enforced,
    scripts_are_alone,
)
