"""How the server would run a statement, without running it."""

from contextlib import suppress
from typing import Final
from uuid import uuid4

from cockpit.actions.postgres.lasting_session import Answer, Writes
from cockpit.actions.postgres.sql_text import Statement, StatementRefusedError, statement_of
from cockpit.reading import SourceError

_PLANNED: Final = ("select", "insert", "update", "delete", "merge", "with", "values", "table")
_NO_TYPE: Final = ("42725", "42P08", "42P18")
"""SQLSTATEs of an operator or a parameter whose type the server cannot tell."""
_EXPLAIN: Final = "EXPLAIN (ANALYZE false)"


async def explain(session: Writes, statement: str, database: str = "") -> str:
    """Give the plan of a statement: `EXPLAIN` without ANALYZE, in a read-only transaction.

    Planning may call functions that somebody declared immutable; nothing else of the statement is run. Names are
    looked up with the search_path of the session, which may not be that of the application.

    Args:
        session: reads; what it writes is a setting of its own.
        statement: one as it is run, or normalised, with `$1` for a value: then the plan is the one for any value.
        database: in which it is run; empty: in that of the session.

    Raises:
        StatementRefusedError: it cannot be explained, and why.
        SourceError: the server does not explain it.
    """
    parsed = statement_of(statement)
    if parsed.verb not in _PLANNED:
        first = parsed.verb.upper() or "this"
        raise StatementRefusedError(f"{first} has no plan: SELECT, INSERT, UPDATE, DELETE, MERGE and VALUES have one")
    here = (await session.query("SELECT current_database()")).rows[0][0]
    if database and database != here:
        message = f"it is run in database {database}, and the cockpit is connected to {here}: it knows no other tables"
        raise StatementRefusedError(message)
    if parsed.parameters:
        return await _explain_any(session, parsed)
    return _lines(await session.query(f"{_EXPLAIN} {parsed.text}"))


async def _explain_any(session: Writes, statement: Statement) -> str:
    """Prepare a statement to plan it for any value.

    EXPLAIN (GENERIC_PLAN), which there is from 16 on, is of no use here: it wants a protocol in which the server would
    take several statements. Nothing else is prepared in our sessions, so that the mode may stay as it is set.
    """
    if session.server is not None and session.server.pooled:
        message = "it has $1 in place of a value: behind a pooler it cannot be prepared; put values in, and try again"
        raise StatementRefusedError(message)
    name, values = f"cockpit_{uuid4().hex}", ", ".join(["NULL"] * statement.parameters)
    await session.execute("SET plan_cache_mode = force_generic_plan")
    try:
        await session.execute(f"PREPARE {name} AS {statement.text}")
    except SourceError as error:
        if getattr(error, "sqlstate", None) not in _NO_TYPE:
            raise
        message = f"{error.message}: it has $1 in place of a value; x takes EXPLAIN and the statement with values in it"
        raise StatementRefusedError(message) from error
    try:
        return _lines(await session.query(f"{_EXPLAIN} EXECUTE {name}({values})"))
    finally:
        with suppress(SourceError):
            await session.execute(f"DEALLOCATE {name}")


def _lines(answer: Answer) -> str:
    return "\n".join(str(row[0]) for row in answer.rows)
