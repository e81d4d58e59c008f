"""Autoscalers that have no room left, or do not know what to go by."""

import math
import re
from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import counted, listed, one_line
from cockpit.sources.kubernetes.kind_names import AUTOSCALERS
from cockpit.sources.kubernetes.objects import Autoscaler, ObjectRef
from cockpit.sources.kubernetes.rollout import condition

_PERCENT = re.compile(r"(\d{1,7})% of (\d{1,7})%$")
_BY_WISH = ("ScalingDisabled",)
"""Reasons for which an autoscaler rests because somebody scaled its target to zero."""


def problems(view: View) -> Iterator[Problem]:
    """Find the autoscalers at their maximum that want more, and those without metrics or without a target."""
    for scaler in view.autoscalers.values():
        if scaler.meta.deleting_since is None:
            yield from _at_maximum(scaler, view)
            yield from _blind(scaler, view)


def target_of(scaler: Autoscaler) -> ObjectRef:
    """Name the workload that an autoscaler scales."""
    return ObjectRef(scaler.target.kind, scaler.meta.namespace, scaler.target.name)


def _at_maximum(scaler: Autoscaler, view: View) -> Iterator[Problem]:
    limited = condition(scaler.conditions, "ScalingLimited")
    wants_more = limited is not None and limited.status == "True" and limited.reason == "TooManyReplicas"
    above = [metric for metric in scaler.metrics if _is_above(metric)]
    if scaler.current < scaler.most or not scaler.most or not (wants_more or above):
        return
    shown = above or list(scaler.metrics)
    told = f"; {one_line(limited.message)}" if wants_more and limited is not None else ""
    yield Problem(
        cause=Cause.AUTOSCALER,
        key=f"autoscalers/maximum/{scaler.meta.namespace}/{scaler.meta.name}",
        severity=FindingSeverity.DOUBTFUL,
        subject=_ref(scaler),
        name=f"autoscaler {one_line(view.name(_ref(scaler)))}",
        what=f"is at its maximum of {counted(scaler.most, 'pod')} and wants more",
        why=one_line(listed(shown, 2)),
        evidence=(Evidence(AUTOSCALERS, scaler.meta.key, f"{one_line(', '.join(scaler.metrics))}{told}"),),
        since=limited.since if wants_more and limited is not None else None,
        objects=(target_of(scaler),),
        actions=(_raised(scaler),),
    )


def _raised(scaler: Autoscaler) -> Suggestion:
    """Suggest the maximum that the metrics ask for, as the autoscaler works it out; twice as much where none tells.

    Source: Kubernetes, Horizontal Pod Autoscaling, algorithm details.
    """
    uses = [(int(match[1]), int(match[2])) for each in scaler.metrics if (match := _PERCENT.search(each))]
    wanted = max((math.ceil(scaler.current * used / goal) for used, goal in uses if goal), default=0)
    known = wanted > scaler.most
    why = "so many pods would be enough for the load" if known else "it makes twice as many pods at once at most"
    return Suggestion(Verb.SET_MAXIMUM, _ref(scaler), why, {"maximum": str(wanted if known else 2 * scaler.most)})


def _blind(scaler: Autoscaler, view: View) -> Iterator[Problem]:
    patience = timedelta(minutes=view.policy.autoscaler_minutes)
    for kind, what in (("AbleToScale", "cannot scale"), ("ScalingActive", "has no metrics to go by")):
        failing = condition(scaler.conditions, kind)
        if failing is None or failing.status != "False" or failing.reason in _BY_WISH:
            continue
        if view.now - (failing.since or scaler.meta.created) < patience:
            continue
        yield Problem(
            cause=Cause.AUTOSCALER,
            key=f"autoscalers/{kind}/{scaler.meta.namespace}/{scaler.meta.name}",
            severity=FindingSeverity.DOUBTFUL,
            subject=_ref(scaler),
            name=f"autoscaler {one_line(view.name(_ref(scaler)))}",
            what=what,
            why=one_line(failing.message or failing.reason),
            evidence=(
                Evidence(AUTOSCALERS, scaler.meta.key, f"{one_line(failing.reason)}: {one_line(failing.message)}"),
            ),
            since=failing.since,
            objects=(target_of(scaler),),
        )
        return


def _is_above(metric: str) -> bool:
    match = _PERCENT.search(metric)
    return match is not None and int(match[1]) > int(match[2])


def _ref(scaler: Autoscaler) -> ObjectRef:
    return ObjectRef("HorizontalPodAutoscaler", scaler.meta.namespace, scaler.meta.name)
