"""The prompt reads, and does nothing else."""

from collections.abc import Iterator

import pytest
from support.postgres_clients import Admin

from cockpit.actions.postgres.lasting_session import LastingSession
from cockpit.actions.postgres.prompt import NARROWEST, WIDTH, run_sql
from cockpit.actions.postgres.sql_text import StatementRefusedError
from cockpit.reading import SourceError, TroubleKind


@pytest.fixture(autouse=True)
def counter(admin: Admin) -> Iterator[None]:
    admin.execute("CREATE SEQUENCE counter")
    admin.execute("CREATE TABLE items AS SELECT generate_series(1, 1000) AS id")
    yield
    admin.execute("DROP SEQUENCE counter")
    admin.execute("DROP TABLE items")


async def test_columns_and_rows_come_as_text(session: LastingSession) -> None:
    result = await run_sql(
        session, "SELECT 1 AS a, NULL AS b, 'x' || chr(10) || chr(27) || '[31my' AS a -- names twice"
    )
    assert result.columns == ("a", "b", "a")
    assert result.rows == (("1", None, "x y"),)
    assert (result.more, result.cut) == (False, False)


@pytest.mark.parametrize(
    "sql",
    [
        "VALUES (1)",
        "TABLE items LIMIT 1;",
        "WITH one AS (SELECT 1) SELECT * FROM one",
        "(SELECT 1) UNION ALL (SELECT 1) LIMIT 1",
        "SELECT id FROM items WHERE id % 2 = 1 ORDER BY id",
    ],
)
async def test_all_that_gives_rows_is_run(session: LastingSession, sql: str) -> None:
    assert (await run_sql(session, sql)).rows[0] == ("1",)


async def test_settings_and_plans_are_shown(session: LastingSession) -> None:
    assert (await run_sql(session, "SHOW lock_timeout")).rows == (("500ms",),)
    plan = await run_sql(session, "EXPLAIN (COSTS off) DELETE FROM items")
    assert (plan.columns, plan.rows[0]) == (("QUERY PLAN",), ("Delete on items",))


async def test_rows_beyond_the_limit_are_not_fetched(session: LastingSession) -> None:
    result = await run_sql(session, "SELECT id FROM items ORDER BY id DESC", row_limit=3)
    assert result.rows == (("1000",), ("999",), ("998",))
    assert result.more
    assert not (await run_sql(session, "SELECT id FROM items LIMIT 3", row_limit=3)).more


async def test_what_is_infinite_is_cut_by_the_server(session: LastingSession) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    assert len((await run_sql(session, endless, row_limit=10)).rows) == 10


async def test_wide_values_are_cut_so_that_a_row_has_an_end(session: LastingSession) -> None:
    result = await run_sql(session, "SELECT repeat('x', 1000000), repeat('y', 100)")
    assert result.cut
    assert [len(value or "") for value in result.rows[0]] == [WIDTH // 2 + 1, 100]
    many = ", ".join("repeat('z', 100)" for _ in range(1000))
    assert {len(value or "") for value in (await run_sql(session, f"SELECT {many}")).rows[0]} == {NARROWEST + 1}


async def test_dates_that_python_does_not_know_are_shown(session: LastingSession) -> None:
    result = await run_sql(session, "SELECT 'infinity'::timestamptz, '0044-03-15 BC'::date")
    assert result.rows == (("infinity", "0044-03-15 BC"),)


async def test_the_server_keeps_it_from_writing(admin: Admin, session: LastingSession) -> None:
    with pytest.raises(SourceError, match=r"cannot execute nextval\(\) in a read-only transaction"):
        await run_sql(session, "SELECT nextval('counter')")
    with pytest.raises(SourceError, match="must be at the top level"):
        await run_sql(session, "WITH gone AS (DELETE FROM items RETURNING id) SELECT * FROM gone")
    with pytest.raises(SourceError, match="cannot execute SELECT FOR UPDATE"):
        await run_sql(session, "SELECT * FROM items FOR UPDATE")
    with pytest.raises(SourceError, match="INTO"):
        await run_sql(session, "SELECT 1 INTO other")
    assert admin.execute("SELECT count(*), (SELECT is_called FROM counter) FROM items").fetchall() == [(1000, False)]


async def test_what_takes_too_long_is_given_up_by_the_server(session: LastingSession) -> None:
    with pytest.raises(SourceError, match="statement timeout") as late:
        await run_sql(session, "SELECT count(*) FROM items a, items b, items c, items d", timeout_ms=100)
    assert late.value.kind is TroubleKind.TIMEOUT
    assert (await run_sql(session, "SELECT 1")).rows == (("1",),)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("DELETE FROM items", "DELETE is not run here"),
        ("SET default_transaction_read_only = off", "SET is not run here"),
        ("COMMIT", "COMMIT is not run here"),
        ("DO $$ BEGIN END $$", "DO is not run here"),
        ("COPY items TO PROGRAM 'true'", "COPY is not run here"),
        ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE would run the statement"),
        ("EXPLAIN (COSTS off, ANALYZE true) SELECT 1", "EXPLAIN ANALYZE would run the statement"),
        ("SELECT 1; SELECT 2", "several statements"),
        ("SELECT 1) t; DELETE FROM items; SELECT (1", "several statements"),
        ("SELECT 1) AS t, (SELECT 2", "one too many|a ) too many"),
        ("\\d items", "commands of psql"),
        ("SELECT pg_terminate_backend(4711)", "pg_terminate_backend is not called from here: it signals a backend"),
        ("SELECT pg_catalog . /* so */ PG_Cancel_Backend /* too */ (1)", "pg_cancel_backend is not called from here"),
        ('SELECT "pg_terminate_backend"(4711)', "pg_terminate_backend is not called from here"),
        (r'SELECT U&"pg\005fterminate_backend"(4711)', "code points"),
        ("SELECT pg_sleep(3600)", "pg_sleep is not called from here: it only waits"),
        ("SELECT set_config('statement_timeout', '0', false)", "set_config is not called from here"),
        ("SELECT pg_stat_statements_reset()", "it steers the server"),
        ("SELECT pg_advisory_lock(1)", "it takes or releases locks"),
        ("SELECT query_to_xml('SELECT pg_sleep(1)', true, true, '')", "it runs a text as a statement"),
        ("SELECT * FROM dblink('host=other', 'DELETE FROM items')", "it reaches another server"),
    ],
)
async def test_what_a_read_only_transaction_would_not_stop_is_refused(
    session: LastingSession, sql: str, why: str
) -> None:
    with pytest.raises(StatementRefusedError, match=why.replace("(", r"\(").replace(")", r"\)").replace("\\\\", "\\")):
        await run_sql(session, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'pg_terminate_backend(1); pg_sleep'",
        "SELECT $tag$ pg_sleep(1); $tag$",
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%'",
        "SELECT count(*) FROM pg_replication_slots -- pg_drop_replication_slot",
    ],
)
async def test_a_name_in_a_text_is_no_call(session: LastingSession, sql: str) -> None:
    assert len((await run_sql(session, sql)).rows) == 1


async def test_a_statement_without_columns_gives_nothing_to_show(session: LastingSession) -> None:
    with pytest.raises(StatementRefusedError, match="it has no columns"):
        await run_sql(session, "SELECT")
