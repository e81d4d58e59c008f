"""What a pooler says of its pools: pgbouncer's console, asked with what lets us in to the servers behind it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.errors import PostgresError, show_pools, source_error
from cockpit.sources.postgres.model import Pool
from cockpit.sources.postgres.target import Target
from cockpit.sources.postgres.worker import Worker

if TYPE_CHECKING:  # psycopg is loaded in the thread
    from cockpit.sources.postgres.connecting import Connection

_SECONDS = 1.5
"""How long an answer may take, with the connection that it may need: whoever asks has often waited for long already."""
_OWN = "pgbouncer"
"""The pool of the console itself."""
_MOST_TOLD = 3


class PoolerConsole:
    """One connection to the console, opened when it is first asked.

    The console lets in even when no other client is; it takes no connection of the server.
    """

    def __init__(self, target: Target) -> None:
        """Prepare to ask the pooler at the address of `target`; nothing is opened yet."""
        self._target = target
        self._worker = Worker(f"cockpit-pooler-{target.name}")
        self._connection: Connection | None = None

    async def pools(self) -> tuple[Pool, ...]:
        """Ask what it does, pool by pool; those first in which clients wait.

        Raises:
            SourceError: There is no console that we may ask; the remedy asks it by hand.
        """
        try:
            return await self._worker.call(self._ask, _SECONDS)
        except TimeoutError:
            self.close()
            raise self._failed(TroubleKind.TIMEOUT, f"no answer within {_SECONDS:g} s") from None
        except SourceError as error:
            raise self._failed(error.kind, error.message) from None

    def close(self) -> None:
        """End the connection. Does not block; the next question opens another."""
        connection, self._connection = self._connection, None
        worker, self._worker = self._worker, Worker(f"cockpit-pooler-{self._target.name}")
        if connection is not None:
            from cockpit.sources.postgres.connecting import cut  # noqa: PLC0415  (loaded already)

            cut(connection)
            worker.end(connection.close)
        else:
            worker.end(lambda: None)

    def _ask(self) -> tuple[Pool, ...]:
        """Ask, in the thread."""
        from cockpit.sources.postgres.connecting import connect_to_console  # noqa: PLC0415  (loads psycopg)

        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect_to_console(self._target)
            cursor = self._connection.execute("SHOW POOLS")
            columns = [column.name for column in cursor.description or ()]
            return _sorted(_pool(dict(zip(columns, row, strict=True))) for row in cursor.fetchall())
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001  (psycopg's, or an answer that is none of pgbouncer's)
            failure = source_error(error, self._target)
        raise failure

    def _failed(self, kind: TroubleKind, message: str) -> SourceError:
        return SourceError(kind, f"the pooler does not tell its pools: {message}", show_pools(self._target))


async def with_pools(refusal: SourceError, console: PoolerConsole) -> SourceError:
    """Add to a refusal what the pooler says of its pools, if it says anything."""
    try:
        pools = await console.pools()
    except SourceError:
        return refusal
    message = f"{refusal.message}; {told(pools)}"
    return PostgresError(refusal.kind, message, refusal.remedy, sqlstate=getattr(refusal, "sqlstate", None))


def told(pools: Sequence[Pool]) -> str:
    """Tell pools in a line: `pool shop/app: clients 40 active, 12 waiting (3.2 s), servers 5 active`."""
    lines = [_line(each) for each in pools[:_MOST_TOLD]]
    more = len(pools) - _MOST_TOLD
    return "; ".join([*lines, *([f"{more} more pools"] if more > 0 else [])]) or "it has no pools"


def _line(pool: Pool) -> str:
    longest = f" ({pool.longest_wait_seconds:.1f} s)" if pool.clients_waiting else ""
    clients = f"clients {pool.clients_active} active, {pool.clients_waiting} waiting{longest}"
    return f"pool {pool.database}/{pool.user}: {clients}, servers {pool.servers_active} active"


def _sorted(pools: Any) -> tuple[Pool, ...]:
    found = (pool for pool in pools if pool.database != _OWN)
    return tuple(sorted(found, key=lambda pool: (-pool.clients_waiting, -pool.clients_active, pool.database)))


def _pool(row: dict[str, Any]) -> Pool:
    """Read a row; what a column means stands in pgbouncer's documentation, "SHOW POOLS"."""
    return Pool(
        database=str(row["database"]),
        user=str(row["user"]),
        mode=str(row.get("pool_mode", "")),
        clients_active=int(row["cl_active"]),
        clients_waiting=int(row["cl_waiting"]),
        servers_active=int(row["sv_active"]),
        servers_idle=int(row["sv_idle"]) + int(row.get("sv_used", 0)),
        longest_wait_seconds=int(row.get("maxwait", 0)) + int(row.get("maxwait_us", 0)) / 1e6,
    )
