"""A statement's plan is shown without running it."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from support.postgres_clients import Admin

from cockpit.actions.postgres.explain import explain
from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.sql_text import StatementRefusedError
from cockpit.reading import SourceError
from cockpit.sources.postgres.model import Server
from cockpit.sources.postgres.rows import Rows


@pytest.fixture(autouse=True)
def items(admin: Admin) -> Iterator[None]:
    admin.execute("CREATE TABLE items AS SELECT generate_series(1, 100) AS id")
    yield
    admin.execute("DROP TABLE items")


@pytest.mark.parametrize(
    ("statement", "node"),
    [
        ("SELECT * FROM items", "Seq Scan on items"),
        ("/* from api */ DELETE FROM items -- all", "Delete on items"),
        ("(VALUES (1), (2));", "Values Scan"),
        ("WITH gone AS (DELETE FROM items RETURNING id) SELECT count(*) FROM gone", "CTE gone"),
        ("SELECT * FROM items WHERE id % 2 = 0", "(id % 2)"),
    ],
)
async def test_plans_are_given_and_nothing_is_done(
    admin: Admin, session: LastingSession, statement: str, node: str
) -> None:
    assert node in await explain(session, statement, "postgres")
    assert admin.execute("SELECT count(*) FROM items").fetchall() == [(100,)]


async def test_a_normalised_statement_is_planned_for_any_value(admin: Admin, session: LastingSession) -> None:
    plan = await explain(session, "UPDATE items SET id = $1 + $2 WHERE id = $2 AND id % 2 = $3", "postgres")
    assert "((id = $2) AND ((id % 2) = $3))" in plan
    left_behind = await session.query("SELECT name FROM pg_prepared_statements")
    assert left_behind.rows == []
    with pytest.raises(SourceError, match="itmes"):
        await explain(session, "SELECT * FROM itmes WHERE id = $1", "postgres")


class Pooled:
    """A session behind a pooler."""

    server = Server("shop-db", 180_006, "app", "shop", pooled=True)

    async def query(self, sql: str, parameters: Sequence[Any] = (), /, **options: Any) -> Rows:
        return Rows(("current_database",), [("shop",)])

    execute = query


async def test_behind_a_pooler_one_is_told_what_to_do_about_parameters() -> None:
    with pytest.raises(StatementRefusedError, match="behind a pooler it cannot be prepared; put values in"):
        await explain(Pooled(), "SELECT * FROM items WHERE id = $1")


async def test_another_database_has_other_tables(session: LastingSession) -> None:
    with pytest.raises(StatementRefusedError, match="run in database shop, and the cockpit is connected to postgres"):
        await explain(session, "SELECT * FROM items", "shop")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("SELECT 1; DELETE FROM items", "several statements"),
        ("BEGIN", "BEGIN has no plan"),
        ("ANALYZE DELETE FROM items", "ANALYZE has no plan"),
        ("(ANALYZE) DELETE FROM items", "ANALYZE has no plan"),
        ("EXPLAIN ANALYZE DELETE FROM items", "EXPLAIN has no plan"),
        ("SELECT * FROM items WHERE note = 'cut he", "not closed: it may have been cut"),
        ("", "there is no statement"),
    ],
)
async def test_what_has_no_plan_is_refused(session: LastingSession, statement: str, why: str) -> None:
    with pytest.raises(StatementRefusedError, match=why):
        await explain(session, statement)


async def test_what_the_server_does_not_understand_it_says(session: LastingSession) -> None:
    with pytest.raises(SourceError, match='relation "itmes" does not exist'):
        await explain(session, "SELECT * FROM itmes")
