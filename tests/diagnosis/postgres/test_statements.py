"""Statements that take much longer than before."""

import pytest
from support.postgres_looks import found, look

from cockpit.diagnosis.finding import Finding
from cockpit.sources.postgres.model import Counters, Statement, Statements

NONE = Counters()
QUERY = "SELECT * FROM orders WHERE customer = $1"


def calls(count: int, each_ms: float) -> Counters:
    return Counters(calls=count, total_ms=count * each_ms)


def plus(*several: Counters) -> Counters:
    return Counters(calls=sum(each.calls for each in several), total_ms=sum(each.total_ms for each in several))


def statement(
    interval: Counters, *, in_session: Counters = NONE, earlier: Counters = NONE, key: str = "1/2/3/true"
) -> Statement:
    session = plus(in_session, interval)
    return Statement(key, "shop", "shop", QUERY, plus(earlier, session), session, interval)


def slower(*statements: Statement, sampled: bool = False) -> list[Finding]:
    return found(look(statements=Statements(statements, sampled=sampled)))


def test_a_mean_that_has_risen_since_the_session_began_is_told() -> None:
    (finding,) = slower(statement(calls(50, 300), in_session=calls(1000, 1.25)))
    assert finding.title == f"shop-db: a call takes 300 ms, 1.2 ms before: {QUERY}"
    assert (finding.key, finding.scenario) == ("postgres/slow-queries/shop-db", "slow-queries")
    assert finding.evidence[0].ref == "1/2/3/true"


def test_a_session_that_began_after_the_trouble_knows_from_before_it() -> None:
    (finding,) = slower(statement(calls(50, 300), in_session=calls(500, 300), earlier=calls(10**6, 2)))
    assert "300 ms, 2 ms before" in finding.title


def test_a_slow_statement_goes_on_being_told_when_slow_calls_are_most_of_the_session() -> None:
    assert slower(statement(calls(50, 300), in_session=plus(calls(10, 1), calls(9000, 300)), earlier=calls(100, 1)))


@pytest.mark.parametrize(
    ("interval", "before"),
    [
        (calls(50, 300), calls(1000, 101)),  # less than three times
        (calls(4, 300), calls(1000, 1)),  # too few now
        (calls(50, 300), calls(4, 1)),  # too few before
        (calls(50, 9), calls(1000, 0.1)),  # nobody waits for that
        (calls(0, 0), calls(1000, 1)),
    ],
)
def test_what_tells_nothing_is_no_finding(interval: Counters, before: Counters) -> None:
    assert slower(statement(interval, in_session=before)) == []


def test_what_was_only_seen_running_has_no_mean() -> None:
    assert slower(statement(calls(50, 300), in_session=calls(1000, 1)), sampled=True) == []


def test_the_statement_that_costs_most_stands_for_all() -> None:
    few = statement(calls(5, 2000), in_session=calls(100, 1), key="few")
    many = statement(calls(500, 30), in_session=calls(100, 1), key="many")
    (finding,) = slower(few, many)
    assert finding.title == f"shop-db: 2 statements slower than before: a call takes 30 ms, 1 ms before: {QUERY}"
    assert [proof.ref for proof in finding.evidence] == ["many", "few"]
