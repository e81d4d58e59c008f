"""Statements that are made up of what was seen running."""

from datetime import timedelta

from support.postgres_look import NOON

from cockpit.sources.postgres.model import Activity, Backend, BackendState, Slots
from cockpit.sources.postgres.sampled_statements import SampledStatements


def running(*queries: str, state: BackendState = BackendState.ACTIVE, query_id: int | None = None) -> Activity:
    backends = tuple(
        Backend(pid, NOON, state=state, user="shop", database="shop", query=query, query_id=query_id)
        for pid, query in enumerate(queries, start=1)
    )
    return Activity(Slots(100, 3), backends)


def test_a_sighting_stands_for_the_time_since_the_look_before() -> None:
    sampled = SampledStatements()
    for nth in range(3):
        sampled.look(running("SELECT 1"), NOON + timedelta(seconds=2 * nth))
    (found,) = sampled.take(NOON).statements
    assert (found.session.calls, found.session.total_ms) == (3, 4000)


def test_calls_with_other_values_are_one_statement() -> None:
    sampled = SampledStatements()
    first, second = (
        "SELECT * FROM t1 WHERE id = 7 AND name = 'it''s'",
        "SELECT *  FROM t1\nWHERE id = 8.5 AND name = ''",
    )
    sampled.look(running(first, second), NOON)
    texts = {statement.text: statement.total.calls for statement in sampled.take(NOON).statements}
    assert texts == {"SELECT * FROM t1 WHERE id = ? AND name = ?": 2}


def test_the_server_tells_what_is_one_statement_where_it_numbers_them() -> None:
    sampled = SampledStatements()
    sampled.look(running("SELECT f(1)", "SELECT f(a)", query_id=42), NOON)
    (found,) = sampled.take(NOON).statements
    assert found.total.calls == 2


def test_a_statement_that_is_numbered_a_moment_later_is_still_one() -> None:
    sampled = SampledStatements()
    sampled.look(running("SELECT pg_sleep(60)"), NOON)
    sampled.look(running("SELECT pg_sleep(60)", query_id=42), NOON + timedelta(seconds=2))
    sampled.look(running("SELECT pg_sleep(30)"), NOON + timedelta(seconds=4))
    (found,) = sampled.take(NOON).statements
    assert (found.text, found.total.calls) == ("SELECT pg_sleep(?)", 3)


def test_what_does_not_run_and_what_is_ours_is_not_counted() -> None:
    sampled = SampledStatements()
    sampled.look(running("SELECT 1", state=BackendState.IDLE), NOON)
    sampled.look(running("SELECT 1"), NOON, own=(1,))
    assert sampled.take(NOON).statements == ()


def test_the_interval_begins_when_it_was_asked_for_last() -> None:
    sampled = SampledStatements()
    sampled.look(running("SELECT 1"), NOON)
    sampled.take(NOON)
    sampled.look(running("SELECT 1"), NOON + timedelta(seconds=2))
    later = sampled.take(NOON + timedelta(seconds=10))
    assert (later.statements[0].total.calls, later.statements[0].interval.calls) == (2, 1)
    assert later.interval_seconds == 10


def test_a_flood_of_different_statements_is_bounded_and_the_frequent_ones_stay() -> None:
    sampled = SampledStatements()
    sampled.look(running("SELECT often"), NOON)
    for nth in range(20):
        sampled.look(running("SELECT often", *(f"SELECT c{nth}_{n}" for n in range(100))), NOON)
    found = sampled.take(NOON).statements
    assert len(found) <= 500
    assert max(found, key=lambda statement: statement.total.calls).text == "SELECT often"
