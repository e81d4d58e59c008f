"""Who is connected and what they do: one look at the processes of a server."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from cockpit.sources.postgres.asking import Asks, utc
from cockpit.sources.postgres.introspect import columns_of, first_of
from cockpit.sources.postgres.model import Activity, Backend, BackendState, Slots
from cockpit.sources.postgres.names import Names

TEXT_LIMIT = 100_000
"""Characters of a statement that are kept."""
_IDLE_TEXT_LIMIT = 1024
"""Of a statement that is over; `track_activity_query_size` as it is shipped cuts there too."""
_ROWS = "pg_stat_get_activity(NULL)"
"""What pg_stat_activity is made of, without the catalogues of databases and roles (see `Names`)."""
_PULSE = """
SELECT pg_postmaster_start_time(), pg_is_in_recovery(), current_setting('max_connections')::int,
    current_setting('superuser_reserved_connections')::int,
    coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int,
    coalesce(nullif(current_setting('rds.rds_superuser_reserved_connections', true), ''), '0')::int"""
_CLIENT = "client backend"
_STATES = {state.value: state for state in BackendState}


class Pulse(msgspec.Struct, frozen=True):
    """What of a server may change while one looks on."""

    started_at: datetime | None
    in_recovery: bool
    processes_since: datetime | None = None
    """When the checkpointer was started. All processes but the first are started anew after a crash of one of them,
    and then this is later than before, while `started_at` is not."""


class ActivityReader:
    """Reads the activity over one connection."""

    def __init__(self, session: Asks, names: Names) -> None:
        """Prepare to ask `session`."""
        self._session = session
        self._names = names
        self._sql = ""

    async def read(self) -> tuple[Activity, Pulse]:
        """Look once; the lock waits are left to `LockWaits`.

        Raises:
            SourceError: The server cannot be asked.
        """
        if not self._sql:
            self._sql = _activity_sql(await columns_of(self._session, _ROWS))
        started_at, in_recovery, most, superuser, reserved, rds = (await self._session.query(_PULSE)).rows[0]
        rows = (await self._session.query(self._sql)).rows
        await self._names.learn({row[4] for row in rows}, {row[5] for row in rows})
        backends = tuple(self._backend(row) for row in rows)
        used = sum(backend.backend_type == _CLIENT for backend in backends)
        pulse = Pulse(utc(started_at), in_recovery, _start_of(backends, "checkpointer"))
        return Activity(Slots(most, superuser, reserved, rds, used), backends), pulse

    def _backend(self, row: Sequence[Any]) -> Backend:
        pid, started, kind, state, database, role = row[:6]
        return Backend(
            pid=pid,
            backend_start=utc(started),
            # Of a process that this role may not see all is hidden but the database and the role, which only
            # client backends have both.
            backend_type=kind or (_CLIENT if database and role else ""),
            state=_state(state, hidden=kind is None),
            database=self._names.database(database),
            user=self._names.role(role),
            application=row[6] or "",
            client_address=row[7] or "",
            wait_event_type=row[8] or "",
            wait_event=row[9] or "",
            transaction_since=utc(row[10]),
            query_since=utc(row[11]),
            state_since=utc(row[12]),
            xmin_age=row[13],
            query="" if kind is None else row[14] or "",
            query_id=row[15],
            leader_pid=row[16],
        )


def _activity_sql(columns: frozenset[str]) -> str:
    """Compose the statement. Cutting counts characters, which costs more than all else: short texts are left alone."""
    return f"""
SELECT pid, backend_start, backend_type, state, datid, usesysid, application_name, host(client_addr), wait_event_type,
    wait_event, xact_start, query_start, state_change, age(backend_xmin),
    CASE WHEN octet_length(query) <= {_IDLE_TEXT_LIMIT} THEN query
        ELSE left(query, CASE state WHEN 'idle' THEN {_IDLE_TEXT_LIMIT} ELSE {TEXT_LIMIT} END) END,
    {first_of(columns, "query_id")}, {first_of(columns, "leader_pid")}
FROM {_ROWS}"""  # noqa: S608  (all of it is ours)


def _state(state: str | None, *, hidden: bool) -> BackendState:
    if hidden:
        return BackendState.HIDDEN
    return BackendState.NONE if state is None else _STATES.get(state, BackendState.HIDDEN)


def _start_of(backends: tuple[Backend, ...], kind: str) -> datetime | None:
    return next((backend.backend_start for backend in backends if backend.backend_type == kind), None)
