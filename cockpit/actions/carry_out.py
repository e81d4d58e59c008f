"""Does to one target what the plan says, if it still is what it was, and finds out what became of it."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import msgspec

from cockpit.actions.changes import describe
from cockpit.actions.live import Live, live_of, read, without
from cockpit.actions.pace import Carried, Pace
from cockpit.actions.patch import holds
from cockpit.actions.plan import Delete, Evict, Patch, Target
from cockpit.actions.receipt import Outcome, TargetReceipt
from cockpit.actions.request import call_for
from cockpit.actions.resource import STATUS
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.api_errors import ApiError, Unanswered
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.threads import call_in_thread

_TRIES = 5
"""How often a change is sent to an object of which nothing but the status moves meanwhile."""


async def carry_out(cluster: Cluster, target: Target, pace: Pace) -> Carried:
    """Send the change of one target, and tell what became of it. Never raises a SourceError.

    The guard is the uid and the spec of the plan. The resourceVersion that goes along is the newest of which these were
    found unchanged: a status that moved costs another try, a spec that moved ends it.
    """
    version = target.guard.resource_version
    for _ in range(_TRIES):
        try:
            return Carried(await _done(cluster, target, await _send(cluster, target, version, pace)))
        except SourceError as error:
            if not _is_conflict(error):
                return await _settle(cluster, target, error, pace)
            conflict = error
        try:
            live = await read(cluster, target.ref, pace.answer)
        except SourceError as error:
            return _gone(target) if error.kind is TroubleKind.MISSING else _stopped(target, error)
        if _is_leaving(target, live):
            return Carried(_accepted(target, "it is being deleted already"))
        difference = _difference(target, live)
        if difference or live.version == version:
            reason = f"it has changed since the plan was made: {difference}" if difference else conflict.message
            return Carried(TargetReceipt(target.ref, Outcome.REFUSED, reason))
        version = live.version
    reason = f"it changed {_TRIES} times while it was tried: try again"
    return Carried(TargetReceipt(target.ref, Outcome.FAILED, reason))


def _difference(target: Target, live: Live) -> str:
    """Tell what is different about an object since its guard was taken; empty: nothing that matters."""
    guard, operation = target.guard, target.operation
    if live.ref.uid != guard.uid:
        return "it was deleted and made anew"
    if live.is_ending and not (isinstance(operation, Delete) and operation.force):
        return "it is being deleted"
    return "; ".join(describe(guard.spec, without(live.spec, guard.ignores))) or _status_since(target, live)


def _is_leaving(target: Target, live: Live) -> bool:
    """Tell whether what was to be done to an object is under way: somebody else has deleted it meanwhile."""
    operation = target.operation
    wanted = isinstance(operation, Evict) or (isinstance(operation, Delete) and not operation.force)
    return wanted and live.is_ending and live.ref.uid == target.guard.uid


def _accepted(target: Target, said: str = "", generation: int = 0) -> TargetReceipt:
    """Tell that something is done, or that the server has accepted it while the pod stays where it is."""
    lingers = target.operation.lingers if isinstance(target.operation, Delete | Evict) else ""
    told = "; ".join(filter(None, (said, lingers)))
    return TargetReceipt(target.ref, Outcome.DONE, told, generation, pending=bool(lingers))


def _status_since(target: Target, live: Live) -> str:
    """Tell that a status has moved which is to be patched: the patch holds what it was, and would bring that back."""
    operation = target.operation
    patched = isinstance(operation, Patch) and operation.subresource == STATUS
    return "its status may have moved" if patched and live.version != target.guard.resource_version else ""


async def _send(cluster: Cluster, target: Target, version: str, pace: Pace) -> Live:
    call = call_for(target, version, answer_within=pace.answer * 2 / 3)
    answer = await call_in_thread(
        cluster.send, call.method, call.path, call.body, call.content_type, call.query, pace.answer
    )
    try:
        return live_of(target.ref.kind, msgspec.json.decode(answer, type=dict[str, Any]))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unanswered(TroubleKind.MALFORMED, f"the answer is not one of an API server: {error}") from error


async def _done(cluster: Cluster, target: Target, answer: Live) -> TargetReceipt:
    """Find the generation with the change in it: in the answer, or, as a scale has none, in the object."""
    if isinstance(target.operation, Patch) and target.operation.subresource:
        with suppress(SourceError):
            answer = await read(cluster, target.ref)
    return _accepted(target, generation=answer.generation)


def _is_conflict(error: SourceError) -> bool:
    """Tell whether the guard may have struck: an old resourceVersion is answered with 409, a foreign uid with 422."""
    return isinstance(error, ApiError) and error.status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _settle(cluster: Cluster, target: Target, error: SourceError, pace: Pace) -> Carried:
    """Tell what became of a target for which something failed that is no conflict."""
    if isinstance(error, Unanswered):
        return await _find_out(cluster, target, error, pace)
    if not isinstance(error, ApiError):
        return _stopped(target, error)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return await _find_out(cluster, target, error, pace)
    return _refused(target, error)


def _refused(target: Target, error: ApiError) -> Carried:
    ref = target.ref
    if error.kind is TroubleKind.MISSING:
        return _gone(target)
    by_budget = error.status == HTTPStatus.TOO_MANY_REQUESTS and error.kind is TroubleKind.REFUSED
    if isinstance(target.operation, Evict) and by_budget:
        budgets = ", ".join(target.operation.budgets)
        named = f"disruption budget {budgets}: {error.message}" if budgets else error.message
        return Carried(TargetReceipt(ref, Outcome.REFUSED, named), blocked=True)
    return Carried(TargetReceipt(ref, Outcome.REFUSED, error.message), go_on=error.kind is TroubleKind.REFUSED)


def _gone(target: Target) -> Carried:
    if isinstance(target.operation, Patch):
        return Carried(TargetReceipt(target.ref, Outcome.REFUSED, "it is no longer there"))
    return Carried(TargetReceipt(target.ref, Outcome.DONE, "it was gone already"))


def _stopped(target: Target, error: SourceError) -> Carried:
    """Nothing was done, and nothing more can be done for now."""
    return Carried(TargetReceipt(target.ref, Outcome.FAILED, error.message), go_on=False)


async def _find_out(cluster: Cluster, target: Target, error: SourceError, pace: Pace) -> Carried:
    """Look at the object again and again after a request whose outcome is not known."""
    loop = asyncio.get_running_loop()
    end = loop.time() + pace.find_out
    seen = False
    while True:
        try:
            live: Live | None = await read(cluster, target.ref, pace.answer)
            seen = True
        except SourceError as trouble:
            live, seen = None, trouble.kind is TroubleKind.MISSING
        if seen and (found := _found(target, live)):
            return Carried(found)
        if loop.time() >= end:
            break
        await asyncio.sleep(pace.look_again)
    if seen and not (live is not None and _status_since(target, live)):
        said = f"not done: it is as it was {pace.find_out:.0f} s after the request ({error.message})"
        return Carried(TargetReceipt(target.ref, Outcome.FAILED, said), go_on=False)
    scope = f" -n {target.ref.namespace}" if target.ref.namespace else ""
    check = cluster.kubectl.command(f"get {target.ref}{scope} -o yaml")
    said = f"it may have been done: {error.message}; check with: {check}"
    return Carried(TargetReceipt(target.ref, Outcome.UNKNOWN, said), go_on=False)


def _found(target: Target, live: Live | None) -> TargetReceipt | None:
    """Tell what a look at the object shows to have become of the change; None: it does not show yet."""
    gone = live is None or live.ref.uid != target.guard.uid
    said = "confirmed by reading it again"
    match target.operation:
        case Patch(changes):
            if live is None or gone:
                return TargetReceipt(target.ref, Outcome.FAILED, "it was deleted meanwhile")
            if holds(live.raw, changes):
                return TargetReceipt(target.ref, Outcome.DONE, said, live.generation)
            return None
        case Delete() | Evict():
            forced = isinstance(target.operation, Delete) and target.operation.force
            if gone:
                return TargetReceipt(target.ref, Outcome.DONE, said)
            return _accepted(target, said) if live is not None and live.is_ending and not forced else None
        case _:
            return None
