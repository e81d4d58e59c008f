"""Runs VACUUM or ANALYZE on a session of its own, and finds out what became of it."""

import asyncio
from datetime import datetime

from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import Maintain, Target
from cockpit.actions.postgres.lasting_session import Make, Reads
from cockpit.actions.postgres.tables import read_table
from cockpit.actions.receipt import Outcome, TargetReceipt
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.errors import PostgresError

_STATE = """
SELECT {latest}, (SELECT max(pid) FROM {progress} WHERE relid = %s::oid) FROM pg_stat_all_tables WHERE relid = %s::oid
"""
_VACUUM = _STATE.format(latest="last_vacuum", progress="pg_stat_progress_vacuum")
_ANALYZE = _STATE.format(latest="last_analyze", progress="pg_stat_progress_analyze")


async def maintain(session: Reads, make: Make, target: Target, operation: Maintain, pace: Pace) -> Carried:
    """Run the statement once, for as long as it takes. Never raises a SourceError.

    It has a session of its own, so that backends can be signalled meanwhile: it may take hours. How long it waits for
    its lock is limited by the settings of that session.

    Args:
        session: looks before and after.
        make: makes the session on which the statement runs.
        target: the table.
        operation: the statement.
        pace: how long it is looked for when no answer came.
    """
    ref = target.ref
    try:
        table = await read_table(session, int(target.guard.uid))
        if table is None or table.ref != ref:
            said = "it has changed since the plan was made: the table is gone, or is called otherwise"
            return Carried(TargetReceipt(ref, Outcome.REFUSED, said))
        before, _ = await _state(session, target, operation)
        own = make()
        await own.open()
    except SourceError as error:
        return Carried(TargetReceipt(ref, Outcome.FAILED, error.message), go_on=False)
    try:
        await own.execute(operation.statement, timeout=None)
    except SourceError as error:
        if isinstance(error, PostgresError) and error.sqlstate and error.kind is not TroubleKind.UNREACHABLE:
            return Carried(TargetReceipt(ref, Outcome.REFUSED, error.message))
        return Carried(await _find_out(session, target, operation, before, error, pace), go_on=False)
    finally:
        own.close()
    return Carried(TargetReceipt(ref, Outcome.DONE))


async def _find_out(
    session: Reads, target: Target, operation: Maintain, before: datetime | None, lost: SourceError, pace: Pace
) -> TargetReceipt:
    """Look at the table after the connection was lost: the server may be at it still.

    One look is not enough to say that it was not done: before 15, the server's statistics lag behind.
    """
    ref, loop = target.ref, asyncio.get_running_loop()
    end = loop.time() + pace.find_out
    try:
        latest, pid = await _state(session, target, operation)
        while latest == before and pid is None and loop.time() < end:
            await asyncio.sleep(pace.look_again)
            latest, pid = await _state(session, target, operation)
    except SourceError as error:
        said = f"it may have been done: {lost.message}; it could not be looked at again: {error.message}"
        return TargetReceipt(ref, Outcome.UNKNOWN, said)
    if latest is not None and latest != before:
        return TargetReceipt(ref, Outcome.DONE, "confirmed by looking again")
    if pid is not None:
        return TargetReceipt(ref, Outcome.UNKNOWN, f"{lost.message}; backend/{pid} is still at it")
    return TargetReceipt(ref, Outcome.FAILED, f"not done, as was seen by looking again: {lost.message}")


async def _state(session: Reads, target: Target, operation: Maintain) -> tuple[datetime | None, int | None]:
    """Tell when it was done to the table last, and which backend is at it."""
    sql = _VACUUM if operation.statement.startswith("VACUUM") else _ANALYZE
    rows = (await session.query(sql, (target.guard.uid, target.guard.uid))).rows
    return (rows[0][0], rows[0][1]) if rows else (None, None)
