"""Makes plans for a Postgres server: reads what they have to know, fresh, and hands it to the pure functions."""

from collections.abc import Sequence
from typing import Final

import msgspec

from cockpit.actions.plan import Plan, Verb
from cockpit.actions.postgres.blockers import read_blocking, read_prepared, roots_of
from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.live import LiveBackend, exactly, read_backends
from cockpit.actions.postgres.signals import Named, Place, idle_for, plan_signals
from cockpit.actions.postgres.tables import find_table, plan_maintenance
from cockpit.actions.resource import Ref
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.asking import rollback_prepared
from cockpit.sources.postgres.model import POSTGRES, BackendState

IDLE: Final = (
    BackendState.IDLE,
    BackendState.IDLE_IN_TRANSACTION,
    BackendState.IDLE_IN_TRANSACTION_ABORTED,
)
"""The states that can be ended for having lasted too long."""


def _unnamed(_: str) -> str:
    return ""


class PostgresPlanner:
    """Plans actions on one server. Reads only.

    Every method raises a SourceError when what the plan needs cannot be read, or is not what the screen showed.
    """

    def __init__(self, session: LastingSession, name: str, named: Named = _unnamed) -> None:
        """Plan for a server.

        Args:
            session: reads.
            name: what the person calls the server.
            named: tells the workload that has a client address, where one is known.
        """
        self._session = session
        self._place = Place(f"{POSTGRES}{name}", name, named)

    async def cancel(self, refs: Sequence[Ref]) -> Plan:
        """Plan to end the statements that backends run; the backends stay."""
        return await self._chosen(Verb.CANCEL, refs)

    async def terminate(self, refs: Sequence[Ref]) -> Plan:
        """Plan to end backends, whatever they do."""
        return await self._chosen(Verb.TERMINATE, refs)

    async def terminate_idle(self, minutes: float, states: Sequence[BackendState] = IDLE) -> Plan:
        """Plan to end the clients that have been idle, in a transaction or not, for more than so many minutes."""
        backends = await read_backends(self._session)
        what = "idle" if BackendState.IDLE in states else BackendState.IDLE_IN_TRANSACTION.value
        title = f"{Verb.TERMINATE} all {what} for more than {minutes:g} min on {self._place.name}"
        nobody = f"no client has been {what} for more than {minutes:g} min"
        return plan_signals(
            self._place,
            Verb.TERMINATE_IDLE,
            idle_for(backends, minutes, states),
            title=title,
            nobody=nobody,
            notes=_hidden(backends),
        )

    async def terminate_blockers(self) -> Plan:
        """Plan to end the backends that block others and wait for nobody."""
        blocked_by = await read_blocking(self._session)
        waiting, prepared = roots_of(blocked_by)
        gids = await read_prepared(self._session, blocked_by)
        backends = await read_backends(self._session)
        by_pid = {each.backend.pid: each for each in backends}
        roots = [by_pid[pid] for pid in waiting if pid in by_pid]
        notes = [f"{each.ref} blocks {waiting[each.backend.pid]}" for each in roots]
        if prepared:
            ends = " or ".join(map(rollback_prepared, gids)) or "only ROLLBACK PREPARED or COMMIT PREPARED"
            notes.append(f"{prepared} wait for prepared transactions, which are no backends; {ends} ends them")
        return plan_signals(
            self._place,
            Verb.TERMINATE_BLOCKERS,
            roots,
            title=f"{Verb.TERMINATE} the root blockers on {self._place.name}",
            nobody="no backend blocks another",
            notes=(*notes, *_hidden(backends)),
        )

    async def vacuum(self, table: str, *, analyze: bool = False) -> Plan:
        """Plan to make the room of a table's dead rows usable again; `analyze`: gather statistics, too."""
        return await self._maintenance(Verb.VACUUM, table, analyze=analyze)

    async def analyze(self, table: str) -> Plan:
        """Plan to gather the planner's statistics of a table anew."""
        return await self._maintenance(Verb.ANALYZE, table)

    async def _maintenance(self, verb: Verb, table: str, *, analyze: bool = False) -> Plan:
        server = await self._session.open()
        plan = plan_maintenance(self._place, await find_table(self._session, table), verb, analyze=analyze)
        if not server.pooled:
            return plan
        note = "a pooler stands in between and keeps no lock_timeout: it may wait long for its lock"
        return msgspec.structs.replace(plan, warnings=(*plan.warnings, note))

    async def _chosen(self, verb: Verb, refs: Sequence[Ref]) -> Plan:
        found = {each.backend.pid: each for each in await read_backends(self._session, [int(ref.name) for ref in refs])}
        missing = {ref: reason for ref in refs if (reason := _missing(ref, found.get(int(ref.name))))}
        if len(missing) == len(refs):
            raise SourceError(TroubleKind.MISSING, "; ".join(missing.values()))
        backends = [found[int(ref.name)] for ref in refs if ref not in missing]
        whom = str(backends[0].ref) if len(backends) == 1 else f"{len(backends)} backends"
        title, notes = f"{verb} {whom} on {self._place.name}", tuple(missing.values())
        return plan_signals(self._place, verb, backends, title=title, nobody="no backend was chosen", notes=notes)


def _missing(ref: Ref, live: LiveBackend | None) -> str:
    """Tell why a backend is not the one that was shown; empty: it is."""
    if live is None:
        return f"{ref} is gone"
    start = live.backend.backend_start
    is_other = ref.uid and start is not None and exactly(start) != ref.uid
    return f"{ref} is not the one that was shown: another backend has its pid now" if is_other else ""


def _hidden(backends: Sequence[LiveBackend]) -> tuple[str, ...]:
    """Say that there may be more: what a role may not see looks as if it were not there."""
    hidden = [each for each in backends if each.backend.backend_start is None and each.backend.database]
    if not hidden:
        return ()
    role = hidden[0].role
    return (f"{len(hidden)} more are hidden from role {role}; try: GRANT pg_monitor TO {role}",)
