"""A connection that is open: asks, changes, and is cut off from outside. It blocks; one thread uses it."""

from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from datetime import UTC
from itertools import islice
from typing import Any, Final, LiteralString, Self, cast

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from cockpit.sources.postgres.connecting import SETTINGS, Connection, LenientText, connect, cut
from cockpit.sources.postgres.model import Server
from cockpit.sources.postgres.rows import TIMEOUT, Rows
from cockpit.sources.postgres.target import Target

_WHO = """
SELECT current_setting('server_version_num')::int AS version,
       current_user::text AS role,
       current_database()::text AS database,
       host(inet_server_addr()) AS address,
       inet_server_port() AS port,
       pg_postmaster_start_time() AS started_at,
       pg_is_in_recovery() AS in_recovery,
       pg_backend_pid() AS pid,
       coalesce(bool_or(rolname IN ('pg_read_all_stats', 'pg_monitor')), false) AS sees_all,
       coalesce(bool_or(rolname IN ('pg_signal_backend', 'rds_superuser')), false) AS may_signal,
       current_setting('statement_timeout') = %s AND current_setting('default_transaction_read_only') = %s AS settled
FROM pg_roles
WHERE rolname IN ('pg_read_all_stats', 'pg_monitor', 'pg_signal_backend', 'rds_superuser')
  AND pg_has_role(current_user, oid, 'USAGE')
"""
"""A superuser has the rights of every role. Rights that a role has, but does not inherit, are no rights."""

_NO_ENCODING: Final = "SQL_ASCII"


class _OneStatement(psycopg.Cursor[TupleRow]):
    """Sends by the extended protocol, in which the server takes no second statement behind a semicolon."""

    def _execute_send(self, query: Any, *, force_extended: bool = True, binary: bool | None = None) -> None:
        del force_extended
        super()._execute_send(query, force_extended=True, binary=binary)


class Line:
    """A connection. Until the server is identified, nothing else may be asked."""

    def __init__(self, connection: Connection, *, settled: bool, read_only: bool) -> None:
        """Wrap a connection.

        Args:
            connection: it is in autocommit mode.
            settled: the session has our settings; else each transaction needs them.
            read_only: the session's transactions read only by themselves.
        """
        self._connection = connection
        self._settled = settled
        self._read_only = read_only
        self._timeout = TIMEOUT
        """What the session's statement_timeout is, in seconds."""

    @classmethod
    def open(cls, target: Target, *, read_only: bool) -> Self:
        """Connect.

        Raises:
            psycopg.Error: There is no connection.
            SourceError: There is no IAM token.
        """
        connection, settled = connect(target, read_only=read_only)
        return cls(connection, settled=settled, read_only=read_only)

    @property
    def takes_settings(self) -> bool:
        """Whether whoever let us in has taken our settings; a pooler that asks its server for us may not."""
        return self._settled

    @property
    def broken(self) -> bool:
        """Whether no statement can come through any more."""
        return self._connection.closed

    def identify(self, name: str) -> Server:
        """Find out which server it is, and whether the session really has our settings.

        Args:
            name: what people call it.

        Raises:
            psycopg.Error: The server does not tell.
        """
        if self._connection.info.parameter_status("server_encoding") == _NO_ENCODING:
            # The server would check that everything is UTF-8, and give nothing at all where something is not.
            self._connection.execute(f"SET client_encoding = {_NO_ENCODING}")
        wished = (f"{TIMEOUT:.0f}s", "on" if self._read_only else "off")
        with _OneStatement(self._connection) as cursor:
            row = cursor.execute(_WHO, wished).fetchone() or ()
            told = dict(zip((column.name for column in cursor.description or ()), row, strict=True))
        pid, started_at, settled = told.pop("pid"), told.pop("started_at"), told.pop("settled")
        pooled = pid != self._connection.info.backend_pid  # a pooler gives a number of its own
        self._settled = self._settled and settled and not pooled
        return Server(
            **{**told, "address": told["address"] or ""},
            name=name,
            host=self._connection.info.host or "",
            started_at=started_at.astimezone(UTC),
            pooled=not self._settled,
            backend_pids=() if pooled else (pid,),
        )

    def read(
        self, statement: str, parameters: Sequence[Any], timeout: float, limit: int | None, *, as_text: bool
    ) -> Rows:
        """Run one statement that only reads, in a transaction that cannot write.

        Raises:
            psycopg.Error: The server does not do it, or the connection is lost.
        """
        if self._settled and self._read_only and timeout == TIMEOUT:
            return self._fetch(statement, parameters, limit, as_text=as_text)
        try:
            self._begin("BEGIN READ ONLY", timeout)
            return self._fetch(statement, parameters, limit, as_text=as_text)
        finally:
            # What a person has SET must not stay; the server's count of commits and rollbacks shall not tell of looks.
            self._end("COMMIT" if self._read_only else "ROLLBACK")

    def write(self, statement: str, parameters: Sequence[Any], timeout: float | None) -> Rows:
        """Run one statement that may write. Behind a pooler, only one without a time-out runs outside a transaction.

        Raises:
            psycopg.Error: The server does not do it, or the connection is lost.
        """
        if not self._settled and timeout is not None:
            try:
                self._begin("BEGIN READ WRITE", timeout)
                return self._fetch(statement, parameters, None, as_text=False)
            finally:
                self._end("COMMIT")
        wished = timeout or 0.0
        if self._settled and wished != self._timeout:
            self._connection.execute(_set("SET", "statement_timeout", _milliseconds(wished)))
            self._timeout = wished
        return self._fetch(statement, parameters, None, as_text=False)

    def cut(self) -> None:
        """End what a thread waits for, from another one. Does not block."""
        cut(self._connection)

    def close(self) -> None:
        """Say goodbye, and close."""
        self._connection.close()

    def _begin(self, begin: str, timeout: float) -> None:
        settings = {**SETTINGS, "statement_timeout": _milliseconds(timeout)}
        local = [_set("SET LOCAL", name, value) for name, value in settings.items()]
        self._connection.execute(sql.SQL("; ").join([sql.SQL(begin), *local]))

    def _end(self, end: LiteralString) -> None:
        """End the transaction; one that has failed is undone by either."""
        if not self._connection.closed:
            with suppress(psycopg.Error):  # what has failed before is what matters
                self._connection.execute(end)

    def _fetch(self, statement: str, parameters: Sequence[Any], limit: int | None, *, as_text: bool) -> Rows:
        with _OneStatement(self._connection) as cursor:
            if as_text:
                _read_as_text(cursor)
            if limit is not None:
                return _some(cursor, statement, parameters, limit)
            cursor.execute(statement, parameters or None)
            columns = tuple(column.name for column in cursor.description or ())
            return Rows(columns, cursor.fetchall() if columns else [], cursor.statusmessage or "")


def _some(cursor: _OneStatement, statement: str, parameters: Sequence[Any], limit: int) -> Rows:
    """Fetch so many rows, and leave the others with the server: there may be more than fit into memory."""
    stream = cast("Generator[tuple[Any, ...]]", cursor.stream(statement, parameters or None))
    with closing(stream):
        try:
            rows = list(islice(stream, limit + 1))
        except psycopg.ProgrammingError as error:
            if error.sqlstate is None:  # psycopg's complaint that the statement is none that gives rows
                return Rows()
            raise
        columns = tuple(column.name for column in cursor.description or ())
    return Rows(columns, rows[:limit], f"SELECT {len(rows[:limit])}", more=len(rows) > limit)


def _read_as_text(cursor: _OneStatement) -> None:
    """Give values as the server writes them: nothing that a person may select is too large or too strange."""
    for info in psycopg.adapters.types:
        cursor.adapters.register_loader(info.oid, LenientText)
        if info.array_oid:
            cursor.adapters.register_loader(info.array_oid, LenientText)


def _set(command: str, name: str, value: str) -> sql.Composed:
    return sql.SQL("{} {} = {}").format(sql.SQL(command), sql.Identifier(name), sql.Literal(value))


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
