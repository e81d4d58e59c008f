"""Signals one backend, if it still is what it was, and finds out what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import Signal, Target
from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.live import CLIENT, LiveBackend, exactly, read_backend, signal_grant
from cockpit.actions.postgres.signals import CANCEL
from cockpit.actions.receipt import Outcome, TargetReceipt
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.model import BackendState

_FIRST_LOOK: Final = 0.01
"""Seconds after a signal: most backends are gone within a few milliseconds."""
_UNANSWERED: Final = (TroubleKind.TIMEOUT, TroubleKind.UNREACHABLE)
_COLUMNS: Final = frozenset({"backend_start", "xact_start", "query_start", "state_change"})
"""Those that a guard may name."""

Over = Callable[[LiveBackend | None], bool]


async def signal(session: LastingSession, target: Target, operation: Signal, pace: Pace) -> Carried:
    """Send the signal once, and look whether it has worked. Never raises a SourceError."""
    sql, parameters = _guarded(target, operation)
    try:
        rows = (await session.execute(sql, parameters, timeout=pace.answer)).rows
    except SourceError as error:
        return await _settle(session, target, operation, error, pace)
    if not rows:
        return await _missed(session, target, pace)
    if not rows[0][0]:
        return Carried(TargetReceipt(target.ref, Outcome.DONE, "it was gone already"))
    return await _seen(session, target, operation, pace)


def _guarded(target: Target, operation: Signal) -> tuple[str, list[str]]:
    """Write the statement with the guard as conditions: no row means that it is not the one that was meant."""
    guard = {"backend_start": target.guard.uid, **target.guard.spec}
    if not _COLUMNS.issuperset(guard):
        raise ValueError(f"no guard of a backend: {sorted(guard)}")
    conditions = " AND ".join(f"{column} = %s::timestamptz" for column in guard)
    sql = (
        f"SELECT {operation.function}(pid) FROM pg_stat_activity "  # noqa: S608  (names are known, values are parameters)
        f"WHERE backend_type = '{CLIENT}' AND pid <> pg_backend_pid() AND pid = %s::int AND {conditions}"
    )
    return sql, [target.ref.name, *map(str, guard.values())]


async def _settle(
    session: LastingSession, target: Target, operation: Signal, error: SourceError, pace: Pace
) -> Carried:
    """Tell what became of a signal that the server did not confirm."""
    if error.kind is TroubleKind.DENIED:
        try:
            grant = signal_grant((await session.query("SELECT quote_ident(current_user)")).rows[0][0])
        except SourceError:
            grant = error.remedy or ""
        said = f"not allowed: {error.message}" + (f"; try: {grant}" if grant else "")
        return Carried(TargetReceipt(target.ref, Outcome.REFUSED, said))
    if error.kind in _UNANSWERED:
        return await _seen(session, target, operation, pace, error.message)
    return Carried(TargetReceipt(target.ref, Outcome.FAILED, error.message), go_on=False)


async def _missed(session: LastingSession, target: Target, pace: Pace) -> Carried:
    """Tell why no backend was as the guard wants it. Nothing was signalled."""
    try:
        live = await read_backend(session, int(target.ref.name), pace.answer)
    except SourceError as error:
        said = f"it was not signalled, as it is not what it was; what it is now cannot be read: {error.message}"
        return Carried(TargetReceipt(target.ref, Outcome.REFUSED, said))
    if live is None:
        return Carried(TargetReceipt(target.ref, Outcome.DONE, "it was gone already"))
    if live.backend.backend_start is None:
        said = live.objection
    elif exactly(live.backend.backend_start) != target.guard.uid:
        said = "it is gone, and another backend has this pid now, which was left alone"
    else:
        said = f"it has changed since the plan was made: it is {live.backend.state} in another statement or transaction"
    return Carried(TargetReceipt(target.ref, Outcome.REFUSED, said))


async def _seen(session: LastingSession, target: Target, operation: Signal, pace: Pace, lost: str = "") -> Carried:
    """Look again until it is over, and tell; `lost`: why there was no answer."""
    told = f"no answer ({lost})" if lost else "signalled"
    over = _over(target, operation)
    looked, live = await _look(lambda: read_backend(session, int(target.ref.name), pace.answer), over, pace)
    what = "its statement has ended" if operation.function == CANCEL else "it is gone"
    ref, waited = target.ref, f"{pace.find_out:g} s"
    if looked and over(live):
        return Carried(TargetReceipt(ref, Outcome.DONE, f"{told}; {what}"))
    if looked and live is not None:
        waits = f", waiting for {live.backend.wait_event_type}" if live.backend.wait_event_type else ""
        still = f"{told}, but after {waited} it is still {live.backend.state}{waits}"
        return Carried(TargetReceipt(ref, Outcome.UNKNOWN, still), go_on=not lost)
    check = f"SELECT backend_start, state FROM pg_stat_activity WHERE pid = {ref.name}"  # noqa: S608  (told, not run)
    said = f"{told}, and it could not be looked at again; check with: {check}"
    return Carried(TargetReceipt(ref, Outcome.UNKNOWN, said), go_on=False)


def _over(target: Target, operation: Signal) -> Over:
    """Tell by which look at the backend a signal is seen to have worked."""

    def is_over(live: LiveBackend | None) -> bool:
        if live is None:
            return True
        start = live.backend.backend_start
        if start is not None and exactly(start) != target.guard.uid:
            return True
        if start is None or operation.function != CANCEL:
            return False
        started = target.guard.spec.get("query_start")
        other = started is not None and exactly(live.backend.query_since) != started
        return other or live.backend.state is not BackendState.ACTIVE

    return is_over


async def _look(
    read: Callable[[], Awaitable[LiveBackend | None]], over: Over, pace: Pace
) -> tuple[bool, LiveBackend | None]:
    """Look at a backend again and again; tell whether it was seen at last, and how."""
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + pace.find_out, _FIRST_LOOK
    while True:
        looked, live = True, None
        try:
            live = await read()
        except SourceError:
            looked = False
        if (looked and over(live)) or loop.time() >= end:
            return looked, live
        await asyncio.sleep(min(pause, pace.look_again))
        pause *= 2
