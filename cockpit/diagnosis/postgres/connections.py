"""Servers whose connections are nearly all taken, or that refuse another one."""

from collections.abc import Iterator

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.holders import Holder
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres.server_view import LONGEST_NAME, OF, ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import counted, one_line
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.postgres.model import BackendState, Slots

CONNECTIONS = "connections"
"""How the evidence refers to all connections of a server."""
MOST_HOLDERS = 3

_WITH_PODS = ("Deployment", "StatefulSet", "DaemonSet")
_IDLE_MINUTES = (10, 5, 1)
"""The longest that ends anything is suggested: what has been idle for long is missed by nobody."""


def problems(view: ServerView) -> Iterator[Problem]:
    """Tell when more of the usable connections are in use than the policy allows."""
    if view.activity is None or view.activity.slots.usable <= 0:
        return
    slots = view.activity.slots
    severity = severity_of(slots, view.policy)
    if severity is not None:
        yield view.problem(
            Cause.TOO_MANY_CONNECTIONS,
            taken(slots, view.holders),
            severity=severity,
            evidence=(view.proof(CONNECTIONS, explained(slots)), *evidence(view)),
            objects=objects(view.holders),
            pods=pods(view),
            actions=actions(view),
        )


def severity_of(slots: Slots, policy: Policy) -> FindingSeverity | None:
    """Judge how many of the usable connections are in use; None: so many may be."""
    percent = 100 * slots.used / slots.usable
    if percent > policy.connections_critical_percent:
        return FindingSeverity.WRONG
    if percent > policy.connections_high_percent:
        return FindingSeverity.DOUBTFUL
    return FindingSeverity.NOTICE if percent > policy.connections_percent else None


def taken(slots: Slots, holders: tuple[Holder, ...]) -> str:
    """Say how many connections are in use, and how many of them whoever has most holds in which state.

    The number before a name is that of the name, as a list of the holders has it, and not that of all.
    """
    parts = [f"{slots.used} of {slots.usable} usable connections"]
    if hidden := sum(each.hidden for each in holders):
        parts.append(f"{hidden} hidden from this role")
    if not holders:
        return ", ".join(parts)
    first = holders[0]
    states = {
        "idle in transaction": first.idle_in_transaction,
        "idle": first.states.get(BackendState.IDLE, 0),
        "active": first.active,
    }
    state = "idle in transaction" if states["idle in transaction"] else max(states, key=lambda name: states[name])
    parts += [f"{states[state]} {state}"] if states[state] else []
    return f"{', '.join(parts)}{OF}{one_line(first.name, LONGEST_NAME)}"


def explained(slots: Slots) -> str:
    """Say why fewer connections are usable than there may be."""
    reserved = {
        "superusers": slots.superuser_reserved,
        "pg_use_reserved_connections": slots.reserved,
        "rds_superuser": slots.rds_reserved,
    }
    parts = [f"{count} for {whom}" for whom, count in reserved.items() if count]
    kept = f", reserved: {', '.join(parts)}" if parts else ""
    return f"{slots.used} in use, {slots.usable} usable of max_connections {slots.max_connections}{kept}"


def evidence(view: ServerView) -> tuple[Evidence, ...]:
    """Name those that hold most connections."""
    return tuple(_held(each, view) for each in view.holders[:MOST_HOLDERS])


def _held(holder: Holder, view: ServerView) -> Evidence:
    states = [f"{count} {state.value}" for state, count in sorted(holder.states.items(), key=lambda each: -each[1])]
    since = holder.idle_in_transaction_since
    oldest = f", the oldest transaction idle{view.since(since)}" if since is not None else ""
    return view.proof(holder.name, f"{counted(holder.connections, 'connection')}: {', '.join(states)}{oldest}")


def objects(holders: tuple[Holder, ...]) -> tuple[ObjectRef, ...]:
    """Name the workload that holds most."""
    return (holders[0].workload,) if holders and holders[0].workload is not None else ()


def pods(view: ServerView) -> tuple[Pod, ...]:
    """Give the pods of whoever holds most."""
    held = view.holders[0].pods if view.holders else ()
    return tuple(view.view.pods[key] for key in held if key in view.view.pods)


def actions(view: ServerView) -> tuple[Suggestion, ...]:
    """Suggest to end what has been idle for long, and to begin anew with the pods of whoever holds most."""
    return (*_end_idle(view), *_restart(view.holders))


def _end_idle(view: ServerView) -> Iterator[Suggestion]:
    last = view.before
    clients = last.activity.backends if last is not None and view.holders else ()
    held = {pid for each in view.holders for pid in each.pids}
    idle = [
        view.age(each.state_since).total_seconds() / 60
        for each in clients
        if each.pid in held and (each.in_transaction_idle or each.state is BackendState.IDLE)
    ]
    for minutes in _IDLE_MINUTES:
        count = sum(age > minutes for age in idle)
        if count:
            why = f"{counted(count, 'connection')} idle for more than {minutes} min"
            yield Suggestion(Verb.TERMINATE_IDLE, view.ref, why, {"minutes": str(minutes)})
            return


def _restart(holders: tuple[Holder, ...]) -> Iterator[Suggestion]:
    """Suggest to restart whoever has more than all others together."""
    if not holders or holders[0].workload is None or holders[0].workload.kind not in _WITH_PODS:
        return
    total = sum(each.connections for each in holders)
    if 2 * holders[0].connections > total:
        why = f"it holds {holders[0].connections} of {counted(total, 'connection')}"
        yield Suggestion(Verb.RESTART, holders[0].workload, why)
