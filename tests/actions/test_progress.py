"""A rollout is followed to its end, whichever that is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cockpit.actions.progress import Progress, Stage, follow, progress_of
from cockpit.sources.kubernetes.objects import Condition, Deployment, Meta, StatefulSet
from cockpit.sources.kubernetes.rollout import Workload

NOW = datetime(2026, 11, 21, 14, 8, 51, tzinfo=UTC)


def deployment(updated: int, available: int, *, replicas: int = 3, generation: int = 5, **more: Any) -> Deployment:
    meta = Meta("api", "u-api", "1", NOW, "shop", generation=more.pop("wanted", generation))
    more |= {"replicas": replicas, "updated": updated, "ready": available, "available": available}
    return Deployment(meta, 3, observed_generation=generation, **more)


@pytest.mark.parametrize(
    ("workload", "progress"),
    [
        (deployment(3, 3, generation=4), Progress(Stage.GOES_ON, "the change has not been read yet")),
        (
            deployment(3, 3, generation=4, wanted=5),
            Progress(Stage.GOES_ON, "the controller has not seen the change yet"),
        ),
        (deployment(2, 3, replicas=4), Progress(Stage.GOES_ON, "2 of 3 updated, 3 available, 2 old to end")),
        (deployment(3, 3, replicas=4), Progress(Stage.GOES_ON, "3 of 3 updated, 3 available, 1 old to end")),
        (deployment(3, 2), Progress(Stage.GOES_ON, "3 of 3 updated, 2 available")),
        (deployment(3, 3), Progress(Stage.DONE, "3 of 3 updated and available")),
        (
            deployment(3, 3, generation=6),
            Progress(Stage.DONE, "3 of 3 updated and available, with what was changed since"),
        ),
        (deployment(1, 3, paused=True), Progress(Stage.GOES_ON, "paused: 1 of 3 updated, 3 available, 2 old to end")),
        (
            deployment(1, 2, conditions=(Condition("Progressing", "False", "ProgressDeadlineExceeded"),)),
            Progress(Stage.FAILED, "its progress deadline has passed: 1 of 3 updated, 2 available, 2 old to end"),
        ),
        (
            deployment(0, 3, conditions=(Condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota: mem"),)),
            Progress(Stage.GOES_ON, "0 of 3 updated, 3 available, 3 old to end: exceeded quota: mem"),
        ),
        (None, Progress(Stage.FAILED, "it was deleted")),
    ],
)
def test_how_far_a_rollout_has_come(workload: Workload | None, progress: Progress) -> None:
    assert progress_of(workload, "u-api", 5) == progress


def test_a_namesake_is_not_the_one_that_was_changed() -> None:
    assert progress_of(deployment(3, 3), "another", 5).stage is Stage.FAILED


def test_a_stateful_set_is_followed_by_its_updated_pods() -> None:
    meta = Meta("db", "u-db", "1", NOW, "shop", generation=2)
    stateful_set = StatefulSet(meta, 2, replicas=2, ready=2, updated=1, available=2, observed_generation=2)
    assert progress_of(stateful_set, "u-db", 2) == Progress(Stage.GOES_ON, "1 of 2 updated, 2 available")


def test_what_the_update_strategy_leaves_alone_is_not_waited_for() -> None:
    """As `kubectl rollout status` says: partitioned roll out complete."""
    meta = Meta("db", "u-db", "1", NOW, "shop", generation=2)
    db = StatefulSet(meta, 3, replicas=3, ready=3, updated=1, available=3, observed_generation=2, left_alone=2)
    outcome = "1 of 3 updated, 3 available; its update strategy leaves the others as they are"
    assert progress_of(db, "u-db", 2) == Progress(Stage.DONE, outcome)


async def told(*workloads: Workload | None, ends: bool = True) -> list[Progress]:
    async def readings() -> AsyncIterator[Workload | None]:
        for workload in workloads:
            yield workload
        if not ends:
            await asyncio.Event().wait()

    return [progress async for progress in follow(readings(), "u-api", 5, patience=0.05)]


async def test_each_step_is_told_once_and_the_end_ends_it() -> None:
    steps = [deployment(3, 3, generation=4), deployment(1, 3), deployment(1, 3), deployment(3, 3), deployment(0, 0)]
    stages = [(each.stage, each.message[:8]) for each in await told(*steps)]
    assert stages == [(Stage.GOES_ON, "the chan"), (Stage.GOES_ON, "1 of 3 u"), (Stage.DONE, "3 of 3 u")]


async def test_patience_ends() -> None:
    assert (await told(deployment(1, 3), ends=False))[-1] == Progress(
        Stage.TIMED_OUT, "not done after 0 s: 1 of 3 updated, 3 available, 2 old to end"
    )


async def test_readings_that_end_are_no_success() -> None:
    assert (await told(deployment(1, 3)))[-1].stage is Stage.LOST
