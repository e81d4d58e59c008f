"""The dearest statements, as pg_stat_statements tells."""

from datetime import datetime

import msgspec

from cockpit.clock import Clock
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.activity import TEXT_LIMIT
from cockpit.sources.postgres.asking import Asks, utc
from cockpit.sources.postgres.introspect import columns_of, first_of
from cockpit.sources.postgres.model import Statement, Statements
from cockpit.sources.postgres.names import Names
from cockpit.sources.postgres.statement_ledger import Cost, Key, Spans, StatementLedger
from cockpit.sources.postgres.statement_texts import StatementTexts
from cockpit.threads import call_in_thread

_WHERE = """
SELECT quote_ident(n.nspname), current_setting('pg_stat_statements.max', true)
FROM (SELECT) AS one
LEFT JOIN pg_extension AS e ON e.extname = 'pg_stat_statements'
LEFT JOIN pg_namespace AS n ON n.oid = e.extnamespace"""


class NoStatements(SourceError):  # noqa: N818  (not an error: the server was not told to keep statistics)
    """This database has no pg_stat_statements."""


class _View(msgspec.Struct, frozen=True):
    """Where the extension is, and how its columns are called."""

    schema: str
    """Quoted."""
    columns: frozenset[str]
    has_info: bool

    def counters_sql(self) -> str:
        """Give the statement that reads all counters and no text.

        An older extension has the time as `total_time`; from 17 on the times of shared blocks and of local ones are
        told apart.
        """
        columns = self.columns
        io = [
            first_of(columns, "shared_blk_read_time", "blk_read_time", otherwise="0"),
            first_of(columns, "shared_blk_write_time", "blk_write_time", otherwise="0"),
            *sorted(columns & {"local_blk_read_time", "local_blk_write_time"}),
            *sorted(columns & {"temp_blk_read_time", "temp_blk_write_time"}),
        ]
        return f"""
SELECT userid, dbid, queryid, {first_of(columns, "toplevel", otherwise="true")}, calls,
    {first_of(columns, "total_exec_time", "total_time")}, rows, shared_blks_hit, shared_blks_read, temp_blks_written,
    {" + ".join(io)}
FROM {self.schema}.pg_stat_statements(false)
WHERE queryid IS NOT NULL"""  # noqa: S608  (all of it is ours or was quoted)

    def texts_sql(self) -> str:
        """Give the statement that reads texts of some entries; the server reads its whole file of texts for it."""
        toplevel = first_of(self.columns, "toplevel", otherwise="true")
        return f"""
SELECT userid, dbid, queryid, {toplevel}, left(query, {TEXT_LIMIT})
FROM {self.schema}.pg_stat_statements(true)
WHERE queryid IN (SELECT unnest(%s::bigint[]))"""  # noqa: S608


class StatementsReader:
    """Reads the statements over one connection. What must outlive it is kept in the ledger and the texts."""

    def __init__(self, session: Asks, names: Names, ledger: StatementLedger, texts: StatementTexts) -> None:
        """Prepare to ask `session`, going on with what another connection has seen."""
        self._session = session
        self._names = names
        self._ledger = ledger
        self._texts = texts
        self._view: _View | None = None

    async def read(self, clock: Clock) -> Statements:
        """Read all counters, and the texts of the dearest that are not known yet.

        Raises:
            NoStatements: There is no extension in this database, or the server has not loaded it.
            SourceError: The server cannot be asked.
        """
        if self._view is None:
            self._view = await self._find()
        dealloc, reset_at = await self._info(self._view)
        rows = (await self._session.query(self._view.counters_sql())).rows
        now = clock()

        def take() -> dict[Key, Spans]:
            costs: dict[Key, Cost] = {tuple(row[:4]): Cost(*row[4:]) for row in rows}
            return self._ledger.take(costs, now, reset_at=reset_at, dealloc=dealloc)

        dearest = await call_in_thread(take)
        await self._names.learn({key[1] for key in dearest}, {key[0] for key in dearest})
        await self._learn_texts(self._view, dearest)
        return Statements(
            statements=tuple(self._statement(key, spans) for key, spans in dearest.items()),
            known=len(rows),
            taken_at=now,
            session_since=self._ledger.session_since,
            interval_seconds=self._ledger.interval_seconds,
            reset_at=reset_at,
            reset_seen_at=self._ledger.reset_seen_at,
            evicted=self._ledger.evicted,
        )

    async def _find(self) -> _View:
        schema, most = (await self._session.query(_WHERE)).rows[0]
        if most is None:
            message = "the server has not loaded pg_stat_statements"
            remedy = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; -- then restart the server"
            raise NoStatements(TroubleKind.MISSING, message, remedy)
        if schema is None:
            message = "this database has no extension pg_stat_statements"
            raise NoStatements(TroubleKind.MISSING, message, "CREATE EXTENSION pg_stat_statements")
        columns = await columns_of(self._session, f"{schema}.pg_stat_statements(false)")
        found = (await self._session.query("SELECT to_regclass(%s)", (f"{schema}.pg_stat_statements_info",))).rows
        return _View(schema, columns, found[0][0] is not None)

    async def _info(self, view: _View) -> tuple[int | None, datetime | None]:
        if not view.has_info:
            return None, None
        sql = f"SELECT dealloc, stats_reset FROM {view.schema}.pg_stat_statements_info"  # noqa: S608  (was quoted)
        dealloc, reset_at = (await self._session.query(sql)).rows[0]
        return dealloc, utc(reset_at)

    async def _learn_texts(self, view: _View, dearest: dict[Key, Spans]) -> None:
        wanted = self._texts.missing(dearest.keys(), self._ledger.active)
        if wanted:
            rows = (await self._session.query(view.texts_sql(), ([key[2] for key in wanted],))).rows
            self._texts.learn(wanted, {tuple(row[:4]): row[4] or "" for row in rows})

    def _statement(self, key: Key, spans: Spans) -> Statement:
        user, database, _, _ = key
        return Statement(
            key="/".join(map(str, key)),
            user=self._names.role(user),
            database=self._names.database(database),
            text=self._texts[key],
            total=spans.total.counters(),
            session=spans.session.counters(),
            interval=spans.interval.counters(),
        )
