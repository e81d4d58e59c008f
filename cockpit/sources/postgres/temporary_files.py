"""Which processes have temporary files on the disk now; `pg_stat_database` counts a file only when it is gone again."""

from cockpit.sources.postgres.asking import Asks
from cockpit.sources.postgres.model import TemporaryFiles

_ALLOWED = "SELECT has_function_privilege('pg_ls_tmpdir()', 'EXECUTE')"
_FILES = """
SELECT pid::int, sum(size)::bigint, count(*)::int
FROM (SELECT substring(name FROM '^pgsql_tmp([0-9]{1,9})[.]') AS pid, size FROM pg_ls_tmpdir()) AS files
WHERE pid IS NOT NULL
GROUP BY pid
ORDER BY 2 DESC
LIMIT 20"""
"""A file bears the pid of its process (PostgreSQL documentation, Database File Layout). Those that the workers of a
parallel hash share lie in folders, of which the function tells nothing."""


async def temporary_files(session: Asks) -> tuple[TemporaryFiles, ...] | None:
    """Read who has temporary files, whoever has most first; None: this role may not see them (pg_monitor may).

    Raises:
        SourceError: The server cannot be asked.
    """
    if not (await session.query(_ALLOWED)).rows[0][0]:
        return None
    return tuple(TemporaryFiles(*row) for row in (await session.query(_FILES)).rows)
