"""The read-only prompt: one statement, its first rows, cut to what a screen and a log can hold."""

from typing import Any, Final

import msgspec

from cockpit.actions.postgres.forbidden import require_harmless
from cockpit.actions.postgres.lasting_session import Reads
from cockpit.actions.postgres.sql_text import Sort, Statement, StatementRefusedError, statement_of
from cockpit.text import clean

WIDTH: Final = 4000
"""Characters of a row that are fetched, shared among its columns."""
NARROWEST: Final = 16
"""Characters that every column gets."""
_ROWS: Final = ("select", "with", "values", "table")
_ANALYZE: Final = ("analyze", "analyse")
_OTHERS: Final = ("show", "explain")


class SqlResult(msgspec.Struct, frozen=True):
    """What a statement gave. Everything is text fit to be shown on one line; None is NULL."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    more: bool = False
    """There are more rows."""
    cut: bool = False
    """Values are longer than is told: they end with `…`."""


async def run_sql(session: Reads, sql: str, row_limit: int = 200, timeout_ms: int = 5000) -> SqlResult:
    """Run one statement in a read-only transaction, and give its first rows.

    The server cuts rows and values, so that little comes over the line however much there is. What a read-only
    transaction does not stop is refused by name, see `forbidden`.

    Args:
        session: reads.
        sql: SELECT, WITH, VALUES, TABLE, SHOW, or EXPLAIN without ANALYZE.
        row_limit: how many rows at most.
        timeout_ms: after how many milliseconds the server gives up.

    Raises:
        StatementRefusedError: it is not run, and why.
        SourceError: the server does not run it.
    """
    statement, within = statement_of(sql), timeout_ms / 1000
    require_harmless(statement.tokens)
    if statement.verb in _ROWS:
        return await _select(session, statement, row_limit, within)
    if statement.verb not in _OTHERS:
        verb = statement.verb.upper() or "this"
        raise StatementRefusedError(f"{verb} is not run here: SELECT, WITH, VALUES, TABLE, SHOW and EXPLAIN are")
    if statement.verb == "explain" and _runs(statement):
        raise StatementRefusedError("EXPLAIN ANALYZE would run the statement: EXPLAIN alone does not")
    answer = await session.query(statement.text, timeout=within)
    return _result(answer.columns, answer.rows, row_limit, WIDTH)


async def _select(session: Reads, statement: Statement, row_limit: int, within: float) -> SqlResult:
    # The line feed ends a comment that may stand last. A statement that writes is an error inside of parentheses, and
    # so is SELECT INTO. With LIMIT 0 nothing is run: it tells the columns.
    inner = f"({statement.text}\n)"
    columns = (await session.query(f"SELECT * FROM {inner} AS t LIMIT 0", timeout=within)).columns  # noqa: S608
    if not columns:
        raise StatementRefusedError("it has no columns")
    width = max(NARROWEST, WIDTH // len(columns))
    names = [f"c{number}" for number in range(len(columns))]
    values = ", ".join(f"left({name}::text, {width + 1})" for name in names)
    sql = f"SELECT {values} FROM {inner} AS t({', '.join(names)}) LIMIT {row_limit + 1:d}"  # noqa: S608
    answer = await session.query(sql, timeout=within)
    return _result(columns, answer.rows, row_limit, width)


def _result(columns: tuple[str, ...], rows: list[tuple[Any, ...]], row_limit: int, width: int) -> SqlResult:
    texts = [[None if value is None else str(value) for value in row] for row in rows[:row_limit]]
    cut = any(text is not None and len(text) > width for row in texts for text in row)
    told = tuple(tuple(None if text is None else _shown(text, width) for text in row) for row in texts)
    return SqlResult(tuple(clean(name) for name in columns), told, len(rows) > row_limit, cut)


def _shown(text: str, width: int) -> str:
    return clean(text) if len(text) <= width else f"{clean(text[:width])}…"


def _runs(statement: Statement) -> bool:
    """Tell whether an EXPLAIN has the option ANALYZE, with whatever value."""
    words = [token for token in statement.tokens if token.sort is not Sort.VALUE]
    options = []
    for token in words[1:]:
        if token.text in (*_ROWS, "insert", "update", "delete", "merge", "execute", "declare", "create"):
            break
        options.append(token.text)
    return any(option in _ANALYZE for option in options)
