"""Which columns a view of this server has: they are looked at, never guessed from the version.

An extension may be older than its server, and a server of the cloud differs from the one whose number it bears.
"""

from collections.abc import Collection

from cockpit.sources.postgres.asking import Asks


async def columns_of(session: Asks, relation: str) -> frozenset[str]:
    """Give the names of the columns of a view, or of a function that gives rows (`pg_stat_get_activity(NULL)`).

    Raises:
        SourceError: There is no such thing, or this role may not read it.
    """
    answer = await session.query(f"SELECT * FROM {relation} LIMIT 0")  # noqa: S608  (the name is ours or was quoted)
    return frozenset(answer.columns)


def first_of(columns: Collection[str], *names: str, otherwise: str = "NULL") -> str:
    """Give the first of the names that is a column, or the SQL expression that stands in for it."""
    return next((name for name in names if name in columns), otherwise)
