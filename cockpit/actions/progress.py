"""Follows a rollout to its end, as `kubectl rollout status` does."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from enum import StrEnum

import msgspec

from cockpit.sources.kubernetes.objects import Deployment
from cockpit.sources.kubernetes.rollout import RolloutState, Workload, condition, rollout_of


class Stage(StrEnum):
    """How far a rollout that is followed has come."""

    GOES_ON = "goes on"
    DONE = "done"
    FAILED = "failed"
    """The progress deadline has passed, or the workload is gone. The old pods serve on."""
    TIMED_OUT = "timed out"
    """Nobody waits any longer; it may still end well."""
    LOST = "lost"
    """The readings ended."""


class Progress(msgspec.Struct, frozen=True):
    """What there is to tell of a rollout."""

    stage: Stage
    message: str
    """Such as `2 of 3 updated, 1 old to end`."""


def progress_of(workload: Workload | None, uid: str, generation: int) -> Progress:
    """Tell how far a rollout has come.

    Args:
        workload: the newest reading; None: it is not there.
        uid: of the workload whose rollout is followed.
        generation: the one that is to be rolled out; an older reading tells nothing about it.
    """
    if workload is None or workload.meta.uid != uid:
        return Progress(Stage.FAILED, "it was deleted")
    if workload.meta.generation < generation:
        return Progress(Stage.GOES_ON, "the change has not been read yet")
    rollout = rollout_of(workload)
    if rollout.state is RolloutState.COMPLETE:
        later = ", with what was changed since" if workload.meta.generation > generation else ""
        return Progress(Stage.DONE, f"{_outcome(workload)}{later}")
    unseen = workload.observed_generation < workload.meta.generation
    message = rollout.waits_for if unseen else _counts(workload)
    message = ": ".join(part for part in (message, _hindrance(workload)) if part)
    if rollout.state is RolloutState.STUCK:
        return Progress(Stage.FAILED, f"its progress deadline has passed: {message}")
    return Progress(Stage.GOES_ON, f"paused: {message}" if rollout.state is RolloutState.PAUSED else message)


async def follow(
    readings: AsyncIterator[Workload | None], uid: str, generation: int, patience: float
) -> AsyncGenerator[Progress, None]:
    """Yield the progress of a rollout whenever it changes, the last one with how it ended.

    Args:
        readings: the workload, again and again.
        uid: of the workload.
        generation: the one that is to be rolled out, as the receipt has it.
        patience: seconds after which it is followed no more.
    """
    last = Progress(Stage.GOES_ON, "waiting for the first reading")
    try:
        async with asyncio.timeout(patience):
            async for workload in readings:
                progress = progress_of(workload, uid, generation)
                if progress != last:
                    last = progress
                    yield progress
                if progress.stage is not Stage.GOES_ON:
                    return
    except TimeoutError:
        yield Progress(Stage.TIMED_OUT, f"not done after {patience:.0f} s: {last.message}")
        return
    yield Progress(Stage.LOST, f"there is nothing more to be read: {last.message}")


def _outcome(workload: Workload) -> str:
    """Tell what a rollout has come to; a partition or OnDelete leaves pods as they were."""
    if isinstance(workload, Deployment) or workload.updated >= workload.desired:
        return f"{workload.available} of {workload.desired} updated and available"
    told = f"{workload.updated} of {workload.desired} updated, {workload.available} available"
    return f"{told}; its update strategy leaves the others as they are"


def _counts(workload: Workload) -> str:
    told = [f"{workload.updated} of {workload.desired} updated", f"{workload.available} available"]
    old = workload.replicas - workload.updated if isinstance(workload, Deployment) else 0
    return ", ".join([*told, *([f"{old} old to end"] if old > 0 else [])])


def _hindrance(workload: Workload) -> str:
    """Give what keeps new pods from being made, such as a quota."""
    failure = condition(workload.conditions, "ReplicaFailure")
    return failure.message if failure is not None and failure.status == "True" else ""
