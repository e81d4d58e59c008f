"""Plans that look after a table: VACUUM and ANALYZE."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from cockpit.actions.plan import Guard, Maintain, Plan, Risk, Target, Verb
from cockpit.actions.postgres.lasting_session import Reads
from cockpit.actions.postgres.signals import Place
from cockpit.actions.resource import Ref
from cockpit.reading import SourceError, TroubleKind

KIND: Final = "Table"
_MAINTAIN_SINCE = 170_000
"""From 17 on there is a privilege MAINTAIN; before, the table's or the database's owner may (and any superuser)."""
_TABLES = """
SELECT c.oid, n.nspname, c.relname, c.relkind::text,
       pg_has_role(c.relowner, 'USAGE')
       OR (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()),
       quote_ident(current_user), current_setting('server_version_num')::int, pg_is_in_recovery()
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND
"""
_BY_NAME = """(
    %s::text IN (n.nspname || '.' || c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname))
    OR %s::text IN (c.relname, quote_ident(c.relname)) AND pg_table_is_visible(c.oid)
)"""


class Table(msgspec.Struct, frozen=True):
    """A table of the database that we are connected to."""

    oid: int
    schema: str
    name: str
    may_maintain: bool
    role: str
    version: int
    """`server_version_num`."""
    in_recovery: bool
    partitioned: bool = False

    @property
    def ref(self) -> Ref:
        """How plans and receipts point at it."""
        return Ref(KIND, self.name, self.schema, str(self.oid))


async def find_table(session: Reads, name: str) -> Table:
    """Find a table by its name as people write it, with or without schema, quoted or not. No case is folded.

    Raises:
        SourceError: it cannot be read; MISSING: there is none of this name, or several.
    """
    found = await _read(session, _BY_NAME, (name, name))
    if not found:
        message = f"there is no table {name} in the database that the cockpit is connected to"
        raise SourceError(TroubleKind.MISSING, message, "\\dt *.*")
    if len(found) > 1:
        among = ", ".join(f"{table.schema}.{table.name}" for table in found)
        raise SourceError(TroubleKind.MISSING, f"{name} may be any of {among}: write it with its schema")
    return found[0]


async def read_table(session: Reads, oid: int) -> Table | None:
    """Read the table that has an oid now; None: none has.

    Raises:
        SourceError: it cannot be read.
    """
    found = await _read(session, "c.oid = %s", (oid,))
    return found[0] if found else None


def plan_maintenance(place: Place, table: Table, verb: Verb, *, analyze: bool = False) -> Plan:
    """Plan to vacuum or analyze a table.

    Args:
        place: the server.
        table: which one.
        verb: VACUUM or ANALYZE.
        analyze: of a VACUUM: gather the planner's statistics, too.
    """
    what = "VACUUM (ANALYZE)" if analyze and verb is Verb.VACUUM else verb.upper()
    statement = f"{what} {_quoted(table)}"
    parts = ("every partition of it, one after the other",) if table.partitioned else ()
    return Plan(
        verb=verb,
        title=f"{verb} {table.schema}.{table.name}",
        command=statement,
        risk=Risk.WRITE,
        context=place.context,
        subject=place.name,
        targets=(Target(table.ref, Guard(str(table.oid), by="oid"), Maintain(statement)),),
        changes=(_told(verb, analyze=analyze), *parts),
        warnings=("it reads the whole table: it takes its time, and disk throughput from others",)
        if verb is Verb.VACUUM
        else (),
        refused=_refused(table),
    )


def _told(verb: Verb, *, analyze: bool) -> str:
    statistics = "the planner's statistics are gathered anew"
    if verb is Verb.ANALYZE:
        return statistics
    return "the room of dead rows can be used again" + (f"; {statistics}" if analyze else "")


def _refused(table: Table) -> str:
    name = f"{table.schema}.{table.name}"
    if table.in_recovery:
        return "the server is a standby: what is done on the primary comes here by replication"
    if table.may_maintain:
        return ""
    if table.version >= _MAINTAIN_SINCE:
        return f"role {table.role} may not maintain {name}; try: GRANT MAINTAIN ON {_quoted(table)} TO {table.role}"
    return f"role {table.role} may not maintain {name}: its owner, the database's, or a superuser may"


def _quoted(table: Table) -> str:
    from psycopg import sql  # noqa: PLC0415  (loads libpq, which no frame waits for)

    return sql.Identifier(table.schema, table.name).as_string(None)


async def _read(session: Reads, condition: str, parameters: Sequence[Any]) -> list[Table]:
    found = []
    for oid, schema, name, kind, owns, role, version, in_recovery in (
        await session.query(f"{_TABLES} {condition} ORDER BY n.nspname, c.relname", parameters)
    ).rows:
        may = owns or await _maintains(session, oid, version)
        found.append(Table(oid, schema, name, may, role, version, in_recovery, kind == "p"))
    return found


async def _maintains(session: Reads, oid: int, version: int) -> bool:
    """Ask for the privilege; a server that does not know it would fail the whole question."""
    if version < _MAINTAIN_SINCE:
        return False
    answer = await session.query("SELECT has_table_privilege(%s::oid, 'MAINTAIN')", (oid,))
    return bool(answer.rows[0][0])
