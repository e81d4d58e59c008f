"""What keeps old row versions from being vacuumed."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from cockpit.sources.postgres.asking import Asks, utc
from cockpit.sources.postgres.model import Activity, Prepared, Slot, XminHolder

_PREPARED = """
SELECT gid, owner::text, database::text, prepared, age(transaction)
FROM pg_prepared_xacts ORDER BY prepared"""
_VACUUM = "autovacuum worker"
"""Its own transaction holds nothing back."""
_MOST = 20


class PreparedAge(NamedTuple):
    """A prepared transaction, and how many transactions ago it began."""

    prepared: Prepared
    age: int


async def prepared_transactions(session: Asks) -> tuple[PreparedAge, ...]:
    """Read the prepared transactions that nobody has ended, oldest first.

    Raises:
        SourceError: The server cannot be asked.
    """
    rows = (await session.query(_PREPARED)).rows
    return tuple(
        PreparedAge(Prepared(gid, owner, database, utc(since)), age) for gid, owner, database, since, age in rows
    )


def xmin_holders(
    activity: Activity, prepared: Iterable[PreparedAge], slots: Iterable[Slot], own: Collection[int] = ()
) -> tuple[XminHolder, ...]:
    """Give what holds the oldest row versions, oldest first."""
    holders = [*_backends(activity, own), *_prepared(prepared), *_slots(slots)]
    return tuple(sorted(holders, key=lambda holder: holder.age, reverse=True)[:_MOST])


def _backends(activity: Activity, own: Collection[int]) -> Iterator[XminHolder]:
    for backend in activity.backends:
        if backend.xmin_age is None or backend.pid in own or backend.backend_type == _VACUUM:
            continue
        if backend.backend_type == "walsender":
            yield XminHolder("standby", backend.application or str(backend.pid), backend.xmin_age, None)
        else:
            yield XminHolder("backend", str(backend.pid), backend.xmin_age, backend.transaction_since)


def _prepared(prepared: Iterable[PreparedAge]) -> Iterator[XminHolder]:
    for one in prepared:
        yield XminHolder("prepared transaction", one.prepared.gid, one.age, one.prepared.prepared_at)


def _slots(slots: Iterable[Slot]) -> Iterator[XminHolder]:
    for slot in slots:
        if slot.xmin_age is not None:
            yield XminHolder("slot", slot.name, slot.xmin_age)
