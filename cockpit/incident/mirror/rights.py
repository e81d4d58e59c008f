"""What a role may do with the shared log, and what would allow it the rest."""

from datetime import datetime
from typing import NamedTuple

from cockpit.sources.postgres.connecting import Connection

_ASK = """
SELECT quote_ident(current_user), quote_ident(current_database()), count(*) > 0,
    has_database_privilege(current_database(), 'CREATE'),
    coalesce(bool_and(has_schema_privilege(relnamespace, 'USAGE')), true),
    coalesce(bool_and(has_table_privilege(oid, 'SELECT')), true),
    coalesce(bool_and(has_table_privilege(oid, 'INSERT')), true),
    coalesce(bool_and(CASE WHEN relname = 'evidence' THEN has_column_privilege(oid, 'salt', 'UPDATE')
        AND has_column_privilege(oid, 'content', 'UPDATE')
        AND has_column_privilege(oid, 'content_sha256', 'UPDATE') END), true),
    coalesce(bool_and(CASE WHEN relname = 'inbox' THEN has_table_privilege(oid, 'DELETE') END), true),
    coalesce(bool_and(CASE WHEN relname = 'presence' THEN has_table_privilege(oid, 'UPDATE')
        AND has_table_privilege(oid, 'DELETE') END), true)
FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace('cockpit')"""

_MAKE = ("GRANT CREATE ON DATABASE {database} TO {role}",)
_READ = ("GRANT USAGE ON SCHEMA cockpit TO {role}", "GRANT SELECT ON ALL TABLES IN SCHEMA cockpit TO {role}")
_WRITE = (
    "GRANT INSERT ON ALL TABLES IN SCHEMA cockpit TO {role}",
    "GRANT UPDATE (salt, content, content_sha256) ON cockpit.evidence TO {role}",
    "GRANT DELETE ON cockpit.inbox TO {role}",
    "GRANT UPDATE, DELETE ON cockpit.presence TO {role}",
)
"""In the order in which they are asked for."""


class Rights(NamedTuple):
    """What would grant a role what it lacks; nothing where it lacks nothing."""

    role: str
    there: bool
    """Whether there is a shared log. Where there is none, nothing can be read or written, and this is not told."""
    make: tuple[str, ...]
    read: tuple[str, ...]
    write: tuple[str, ...]


def rights(connection: Connection) -> Rights:
    """Find out what the role of a connection may do, also when it may do nothing.

    Raises:
        psycopg.Error: The server or the way to it failed.
    """
    row = connection.execute(_ASK).fetchone()
    assert row is not None, "an aggregate gives a row"  # noqa: S101
    role, database, there, *allowed = row
    statements = [each.format(role=role, database=database) for each in (*_MAKE, *_READ, *_WRITE)]
    lacks = [None if may else statement for may, statement in zip(allowed, statements, strict=True)]
    make, read, write = lacks[:1], lacks[1:3], lacks[3:]
    return Rights(role, there, _known(make if not there else []), _known(read), _known(write))


def time_there(connection: Connection) -> datetime:
    """Tell what time it is on the server.

    Raises:
        psycopg.Error: The server or the way to it failed.
    """
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None, "a function gives a row"  # noqa: S101
    moment: datetime = row[0]
    return moment


def _known(statements: list[str | None]) -> tuple[str, ...]:
    return tuple(each for each in statements if each is not None)
