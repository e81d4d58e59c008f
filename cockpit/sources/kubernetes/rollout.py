"""How far the rollout of a workload has come. Pure functions on what the API told."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from cockpit.sources.kubernetes.objects import Condition, DaemonSet, Deployment, StatefulSet

PAST_DEADLINE = "ProgressDeadlineExceeded"
"""Reason of the Progressing condition of a Deployment that has made no progress for too long."""

Workload = Deployment | StatefulSet | DaemonSet


class RolloutState(StrEnum):
    """Where a rollout stands."""

    COMPLETE = "complete"
    PROGRESSING = "progressing"
    STUCK = "stuck"
    """The progress deadline has passed; the old pods serve on."""
    PAUSED = "paused"


class Rollout(NamedTuple):
    """State of a rollout, and what it waits for as `kubectl rollout status` would say it."""

    state: RolloutState
    waits_for: str = ""


def rollout_of(workload: Workload) -> Rollout:
    """Tell how far the rollout of a workload has come (rules: kubectl's rollout status viewers)."""
    if workload.observed_generation < workload.meta.generation:
        return Rollout(RolloutState.PROGRESSING, "the controller has not seen the change yet")
    if isinstance(workload, Deployment):
        return _of_deployment(workload)
    waits_for = _replicas_missing(workload)
    return Rollout(RolloutState.PROGRESSING, waits_for) if waits_for else Rollout(RolloutState.COMPLETE)


def _of_deployment(deployment: Deployment) -> Rollout:
    waits_for = _replicas_missing(deployment)
    if not waits_for:
        return Rollout(RolloutState.PAUSED if deployment.paused else RolloutState.COMPLETE)
    progressing = condition(deployment.conditions, "Progressing")
    if progressing is not None and progressing.reason == PAST_DEADLINE:
        return Rollout(RolloutState.STUCK, waits_for)
    return Rollout(RolloutState.PAUSED if deployment.paused else RolloutState.PROGRESSING, waits_for)


def _replicas_missing(workload: Workload) -> str:
    wanted = workload.desired if isinstance(workload, Deployment) else workload.desired - workload.left_alone
    if workload.updated < wanted:
        return f"{workload.updated} of {wanted} updated"
    if isinstance(workload, Deployment) and workload.replicas > workload.updated:
        return f"{workload.replicas - workload.updated} old to end"
    if workload.available < workload.desired:
        return f"{workload.available} of {workload.desired} available"
    return ""


def condition(conditions: Sequence[Condition], kind: str) -> Condition | None:
    """Give the condition of a type, if there is one."""
    return next((each for each in conditions if each.type == kind), None)
