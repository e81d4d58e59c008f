from typing import Any

import pytest
from support.objects import condition, daemon_set, deployment, meta, stateful_set

from cockpit.sources.kubernetes.rollout import Workload, rollout_of


@pytest.mark.parametrize(
    ("workload", "state", "waits_for"),
    [
        (deployment(), "complete", ""),
        (deployment(updated=1, replicas=4), "progressing", "1 of 3 updated"),
        (deployment(replicas=4), "progressing", "1 old to end"),
        (deployment(available=2), "progressing", "2 of 3 available"),
        (
            deployment(meta=meta("api", generation=5), observed_generation=4),
            "progressing",
            "the controller has not seen the change yet",
        ),
        (
            deployment(updated=1, conditions=(condition("Progressing", "False", "ProgressDeadlineExceeded"),)),
            "stuck",
            "1 of 3 updated",
        ),
        (
            deployment(updated=1, conditions=(condition("Progressing", "True", "ReplicaSetUpdated"),)),
            "progressing",
            "1 of 3 updated",
        ),
        (deployment(updated=1, paused=True), "paused", "1 of 3 updated"),
        (deployment(paused=True), "paused", ""),
        (deployment(pods=0), "complete", ""),
        (stateful_set(pods=3), "complete", ""),
        (stateful_set(pods=3, updated=1), "progressing", "1 of 3 updated"),
        (stateful_set(pods=3, updated=1, left_alone=2), "complete", ""),
        (stateful_set(pods=3, updated=1, left_alone=1), "progressing", "1 of 2 updated"),
        (stateful_set(pods=3, updated=1, available=2, left_alone=2), "progressing", "2 of 3 available"),
        (daemon_set(nodes=3, updated=0, left_alone=3), "complete", ""),
        (daemon_set(nodes=3, available=2), "progressing", "2 of 3 available"),
        (daemon_set(nodes=0), "complete", ""),
    ],
)
def test_how_far_a_rollout_has_come(workload: Workload, state: str, waits_for: str) -> None:
    rollout: Any = rollout_of(workload)
    assert (rollout.state, rollout.waits_for) == (state, waits_for)
