"""Plans that cancel statements and end backends."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cockpit.actions.plan import Plan, Risk, Signal, Target, Verb
from cockpit.actions.postgres.live import CLIENT, LiveBackend
from cockpit.sources.postgres.model import BackendState
from cockpit.text import clean

CANCEL: Final = "pg_cancel_backend"
TERMINATE: Final = "pg_terminate_backend"
MOMENTS: Final[Mapping[Verb, str]] = {
    Verb.CANCEL: "query_start",
    Verb.TERMINATE: "",
    Verb.TERMINATE_IDLE: "state_change",
    Verb.TERMINATE_BLOCKERS: "xact_start",
}
"""What a backend must still be at, by a column of pg_stat_activity: the statement to be cancelled, the idleness, the
transaction that blocks. A person who names a backend to be ended means it whatever it does meanwhile."""
_WIDTH = 60
_MOST_RECORDED: Final = 10

Named = Callable[[str], str]
"""Tells the workload that has a client address; empty: none is known."""


class Place(msgspec.Struct, frozen=True):
    """For which server a plan is made, and how its clients are called."""

    context: str
    """`postgres/shop-db`."""
    name: str
    """`shop-db`: what is typed to confirm where it is protected."""
    named: Named


def plan_signals(
    place: Place, verb: Verb, backends: Sequence[LiveBackend], *, title: str, nobody: str, notes: Sequence[str] = ()
) -> Plan:
    """Plan to signal backends. Those that may not be signalled are left out, and named with the reason.

    Args:
        place: the server.
        verb: CANCEL or one of the TERMINATEs.
        backends: those that were chosen.
        title: what people read.
        nobody: why nothing is done when none is left.
        notes: more warnings.
    """
    function = CANCEL if verb is Verb.CANCEL else TERMINATE
    objections = {each: objection for each in backends if (objection := _objection(verb, each))}
    chosen = [each for each in backends if each not in objections]
    targets = tuple(Target(each.ref, each.guard(MOMENTS[verb]), Signal(function)) for each in chosen)
    told = [f"{each.ref} is left out: {objection}" for each, objection in objections.items()]
    refused = "; ".join(f"{each.ref}: {objection}" for each, objection in objections.items()) or nobody
    return Plan(
        verb=verb,
        title=title,
        command=command_for(function, targets) if targets else "",
        recorded=recorded_for(function, targets),
        risk=Risk.WRITE if verb is Verb.CANCEL else Risk.DESTROY,
        context=place.context,
        subject=place.name,
        targets=targets,
        changes=tuple(tell(each, place.named) for each in chosen),
        warnings=(*told, *notes) if chosen else tuple(notes),
        refused="" if chosen else refused,
    )


def command_for(function: str, targets: Sequence[Target]) -> str:
    """Write the statement that does it to all targets."""
    if len(targets) == 1:
        return f"SELECT {function}(pid) FROM pg_stat_activity WHERE backend_type = '{CLIENT}' AND {_is(targets[0])}"  # noqa: S608
    any_of = " OR ".join(f"({_is(target)})" for target in targets)
    return f"SELECT pid, {function}(pid) FROM pg_stat_activity WHERE backend_type = '{CLIENT}' AND ({any_of})"  # noqa: S608


def recorded_for(function: str, targets: Sequence[Target]) -> str:
    """Write the statement as it is recorded: with the first of many targets, and of the others the pids alone."""
    others = targets[_MOST_RECORDED:]
    if not others:
        return ""
    pids = " ".join(each.ref.name for each in others)
    return f"{command_for(function, targets[:_MOST_RECORDED])} -- and {len(others)} more: {pids}"


def tell(live: LiveBackend, named: Named) -> str:
    """Tell a backend in a line: `4711 · shop@orders · api · deployment/api 10.0.0.3 · idle for 12 min · SELECT …`."""
    backend = live.backend
    address = backend.client_address or "on the server itself"
    since = backend.query_since if backend.state is BackendState.ACTIVE else backend.state_since
    lasting = f" for {span(live.now - since)}" if since is not None else ""
    parts = (
        str(backend.pid),
        f"{backend.user}@{backend.database}",
        backend.application,
        f"{named(backend.client_address)} {address}".strip(),
        f"{backend.state}{lasting}",
        shortened(backend.query),
    )
    return " · ".join(clean(part) for part in parts if part)


def shortened(statement: str, width: int = _WIDTH) -> str:
    """Give the beginning of a statement on one line."""
    line = " ".join(clean(statement).split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def span(length: timedelta) -> str:
    """Tell how long something lasts: `40 s`, `12 min`, `3 h`, `2 d`."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def idle_for(backends: Sequence[LiveBackend], minutes: float, states: Sequence[BackendState]) -> list[LiveBackend]:
    """Choose the clients, but for cockpits, that have been in one of these states for longer."""
    return [
        each
        for each in backends
        if each.is_client
        and not each.own
        and each.backend.state in states
        and _before(each.backend.state_since, each.now - timedelta(minutes=minutes))
    ]


def _before(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit


def _objection(verb: Verb, live: LiveBackend) -> str:
    state = live.backend.state
    if not (objection := live.objection) and verb is Verb.CANCEL and state is not BackendState.ACTIVE:
        return f"it is {state}: there is no statement to cancel, terminate it instead"
    return objection


def _is(target: Target) -> str:
    guard = {"backend_start": target.guard.uid, **target.guard.spec}
    return " AND ".join((f"pid = {target.ref.name}", *(f"{column} = '{moment}'" for column, moment in guard.items())))
