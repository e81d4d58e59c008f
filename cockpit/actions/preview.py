"""Tries a plan out on the server before it is confirmed: what admission, quota or a budget would refuse shows here."""

from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from cockpit.actions.changes import describe
from cockpit.actions.live import live_of
from cockpit.actions.patch import apply
from cockpit.actions.plan import Patch, Plan, Target
from cockpit.actions.request import call_for
from cockpit.reading import SourceError, TroubleKind
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster

_WITHIN = 5.0
"""Seconds for one answer: a preview must not keep a person waiting."""
_NO_TRIAL = "does not support dry run"
"""What a webhook says that cannot be tried out (HTTP 400); a real request it may well allow."""
_NO = (TroubleKind.DENIED, TroubleKind.EXPIRED, TroubleKind.MISSING, TroubleKind.REFUSED)
"""Troubles of the request, as long as the server is well."""


async def try_out(cluster: "Cluster", plan: Plan) -> Plan:
    """Send a plan with `dryRun=All`, and add what the server says to it. Nothing is changed, no SourceError raised."""
    if plan.refused:
        return plan
    warnings, refusals, changes = list(plan.warnings), [], list(plan.changes)
    for target in plan.targets:
        try:
            answer = await _try(cluster, target)
        except SourceError as error:
            if _says_no(error):
                refusals.append(f"{target.ref}: {error.message}")
                continue
            warnings.append(f"{target.ref} could not be tried out: {error.message}")
            break
        changes += [f"the server adds: {line}" for line in _added(target, answer) if line not in changes]
    refused = len(refusals) == len(plan.targets)
    return msgspec.structs.replace(
        plan,
        warnings=tuple(warnings if refused else [*warnings, *refusals]),
        changes=tuple(changes),
        refused="; ".join(refusals) if refused else "",
    )


async def _try(cluster: "Cluster", target: Target) -> bytes:
    call = call_for(target, "", answer_within=_WITHIN, dry_run=True)
    return await call_in_thread(cluster.send, call.method, call.path, call.body, call.content_type, call.query, _WITHIN)


def _says_no(error: SourceError) -> bool:
    from cockpit.sources.kubernetes.api_errors import ApiError  # noqa: PLC0415  (loads urllib3, which no frame waits for)

    answered = isinstance(error, ApiError) and error.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return answered and error.kind in _NO and _NO_TRIAL not in error.message


def _added(target: Target, answer: bytes) -> tuple[str, ...]:
    """Tell what defaults and webhooks would add to a change of a whole object."""
    operation = target.operation
    if not isinstance(operation, Patch) or operation.subresource:
        return ()
    try:
        tried = live_of(target.ref.kind, msgspec.json.decode(answer, type=dict))
    except msgspec.DecodeError:
        return ()
    expected = apply({"spec": target.guard.spec}, operation.changes)["spec"]
    return describe(expected, {key: value for key, value in tried.spec.items() if key not in target.guard.ignores})
