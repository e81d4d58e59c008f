"""Names of databases and roles by their oid.

The views of the server join them to each row, which costs more than the rows do, and makes a look wait for whoever
has locked the catalogue of roles. They hardly ever change: they are read once, and again when a new oid turns up.
"""

from collections.abc import Iterable

from cockpit.reading import SourceError
from cockpit.sources.postgres.asking import Asks

_DATABASES = "SELECT oid, datname FROM pg_database"
_ROLES = "SELECT oid, rolname FROM pg_roles"


class Names:
    """What the oids of a server stand for."""

    def __init__(self, session: Asks) -> None:
        """Prepare to ask `session`."""
        self._session = session
        self._databases: dict[int, str] = {}
        self._roles: dict[int, str] = {}
        self._asked: set[int] = set()

    async def learn(self, databases: Iterable[int | None], roles: Iterable[int | None]) -> None:
        """Ask for what is not known yet. What cannot be read now is called by its number."""
        self._databases |= await self._missing(_DATABASES, {oid for oid in databases if oid} - self._databases.keys())
        self._roles |= await self._missing(_ROLES, {oid for oid in roles if oid} - self._roles.keys())

    def database(self, oid: int | None) -> str:
        """Name a database; empty for a process that belongs to none."""
        return self._databases.get(oid, str(oid)) if oid else ""

    def role(self, oid: int | None) -> str:
        """Name a role; empty for a process that runs as none."""
        return self._roles.get(oid, str(oid)) if oid else ""

    async def ask_again(self) -> None:
        """Have the next `learn` ask again for what has no name: the catalogues may have been locked."""
        self._asked.clear()

    async def _missing(self, sql: str, oids: set[int]) -> dict[int, str]:
        if oids <= self._asked:
            return {}
        self._asked |= oids
        try:
            return dict((await self._session.query(sql)).rows)
        except SourceError:
            return {}
