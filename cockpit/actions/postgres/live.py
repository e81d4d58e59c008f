"""Backends as the server has them now, with what decides whether they may be signalled."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cockpit.actions.plan import Guard
from cockpit.actions.postgres.lasting_session import Reads
from cockpit.actions.resource import Ref
from cockpit.sources.postgres.model import Backend, BackendState

KIND: Final = "Backend"
CLIENT: Final = "client backend"
OWN: Final = "cockpit/"
"""How the application names of cockpits begin, this one and those of others: none is ever a target."""
_STATEMENT_LENGTH = 500

# pg_has_role is asked as pg_signal_backend() in signalfuncs.c does: the role of the backend, or pg_signal_backend; of
# superusers' backends only a superuser. What the role may not see is NULL, also backend_start and backend_type.
_SQL = f"""
SELECT a.pid, a.backend_start, a.backend_type, a.state, a.datname, a.usename, a.application_name,
       host(a.client_addr), a.xact_start, a.query_start, a.state_change, left(a.query, {_STATEMENT_LENGTH}),
       coalesce(r.rolsuper, false),
       coalesce(pg_has_role(r.oid, 'USAGE'), false) OR pg_has_role('pg_signal_backend', 'USAGE'),
       a.pid = pg_backend_pid() OR starts_with(a.application_name, '{OWN}'),
       clock_timestamp(), quote_ident(current_user), current_setting('is_superuser') = 'on', a.wait_event_type
FROM pg_stat_activity AS a LEFT JOIN pg_roles AS r ON r.oid = a.usesysid
"""  # noqa: S608  (put together from constants)
_FIRST = " ORDER BY a.state_change NULLS LAST, a.pid"


class LiveBackend(msgspec.Struct, frozen=True):
    """A backend, and how we stand to it."""

    backend: Backend
    now: datetime
    """The server's clock when it was seen."""
    role: str
    """As whom we look, as it is written in SQL."""
    own: bool = False
    """It is a cockpit's."""
    of_superuser: bool = False
    superuser: bool = False
    """We are one."""
    may_signal: bool = False
    """We have the role of the backend, or pg_signal_backend."""

    @property
    def ref(self) -> Ref:
        """How plans and receipts point at it."""
        return backend_ref(self.backend.pid, self.backend.backend_start)

    @property
    def is_client(self) -> bool:
        """Whether a client is behind it, or may be: of what is hidden that is not known."""
        return self.backend.backend_type in (CLIENT, "")

    @property
    def objection(self) -> str:
        """Why it is never signalled by us; empty: it may be."""
        backend = self.backend
        if self.own:
            return "it is a session of a cockpit"
        if not self.is_client:
            return f"it is no client ({backend.backend_type})"
        if backend.backend_start is None:
            grant = f"GRANT pg_monitor TO {self.role}"
            return f"it is hidden from role {self.role}, so that it cannot be told from a namesake; try: {grant}"
        if self.of_superuser and not self.superuser:
            return f"it belongs to {backend.user}, a superuser, whom only superusers may signal"
        if not self.may_signal and not self.superuser:
            return f"role {self.role} may not signal backends of {backend.user}; try: {signal_grant(self.role)}"
        return ""

    def guard(self, moment: str = "") -> Guard:
        """Remember which backend it is, and, by a column of pg_stat_activity, what it is at."""
        since = self.moment(moment) if moment else None
        spec = {moment: exactly(since)} if since is not None else {}
        return Guard(exactly(self.backend.backend_start), spec=spec, by="backend_start")

    def moment(self, column: str) -> datetime | None:
        """Give `xact_start`, `query_start` or `state_change`."""
        moments = {
            "xact_start": self.backend.transaction_since,
            "query_start": self.backend.query_since,
            "state_change": self.backend.state_since,
        }
        return moments[column]


def backend_ref(pid: int, backend_start: datetime | None) -> Ref:
    """Point at a backend as the screen showed it; without its start: whichever has the pid."""
    return Ref(KIND, str(pid), uid=exactly(backend_start))


def exactly(moment: datetime | None) -> str:
    """Write a moment as exactly as the server keeps it, in UTC: `2026-11-21T14:08:51.120334Z`."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def signal_grant(role: str) -> str:
    """Tell what lets a role signal all backends but superusers'."""
    return f"GRANT pg_signal_backend TO {role}"


async def read_backends(session: Reads, pids: Sequence[int] | None = None, within: float = 3) -> list[LiveBackend]:
    """Read backends, all or those with these pids, in the order in which their state changed.

    Raises:
        SourceError: they cannot be read.
    """
    if pids is None:
        answer = await session.query(_SQL + _FIRST, timeout=within)
    else:
        answer = await session.query(f"{_SQL} WHERE a.pid = ANY(%s) {_FIRST}", (list(pids),), timeout=within)
    return [_live(row) for row in answer.rows]


async def read_backend(session: Reads, pid: int, within: float = 3) -> LiveBackend | None:
    """Read the backend that has a pid now; None: none has.

    Raises:
        SourceError: it cannot be read.
    """
    found = await read_backends(session, [pid], within)
    return found[0] if found else None


def _live(row: tuple[Any, ...]) -> LiveBackend:
    (pid, start, kind, state, database, user, application, address, xact, query, change, text, *ours) = row
    of_superuser, may_signal, own, now, role, superuser, waits_for = ours
    backend = Backend(
        pid=pid,
        backend_start=start,
        backend_type=kind or "",
        state=_state(state),
        database=database or "",
        user=user or "",
        application=application or "",
        client_address=address or "",
        wait_event_type=waits_for or "",
        transaction_since=xact,
        query_since=query,
        state_since=change,
        query=text or "",
    )
    return LiveBackend(backend, now, role, own, of_superuser, superuser, may_signal)


def _state(text: str | None) -> BackendState:
    try:
        return BackendState(text or "")
    except ValueError:
        return BackendState.HIDDEN
