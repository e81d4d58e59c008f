"""Differences of ever growing counters."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from support.postgres_look import NOON

from cockpit.sources.postgres.statement_ledger import DEAREST, ZERO, Cost, Key, StatementLedger

A: Key = (10, 5, 1, True)
B: Key = (10, 5, 2, True)
SOON = NOON + timedelta(seconds=10)
LATER = NOON + timedelta(seconds=20)


def cost(calls: int, total_ms: float = 0.0, rows: int = 0) -> Cost:
    return ZERO._replace(calls=calls, total_ms=total_ms, rows=rows)


def test_the_first_look_is_the_baseline() -> None:
    spans = StatementLedger().take({A: cost(7, 70.0)}, NOON)
    assert spans[A] == (cost(7, 70.0), ZERO, ZERO)


def test_later_looks_are_told_against_the_first_and_against_the_one_before() -> None:
    ledger = StatementLedger()
    for calls, moment in ((7, NOON), (10, SOON), (11, LATER)):
        spans = ledger.take({A: cost(calls)}, moment)
    assert (spans[A].total.calls, spans[A].session.calls, spans[A].interval.calls) == (11, 4, 1)
    assert ledger.session_since == NOON
    assert ledger.interval_seconds == 10


def test_a_statement_that_turns_up_has_done_all_in_this_interval() -> None:
    ledger = StatementLedger()
    ledger.take({A: cost(1)}, NOON)
    assert ledger.take({A: cost(1), B: cost(3)}, SOON)[B] == (cost(3), cost(3), cost(3))


def test_a_statement_that_was_thrown_out_begins_anew_even_with_more_calls_than_before() -> None:
    ledger = StatementLedger()
    ledger.take({A: cost(2)}, NOON)
    ledger.take({}, SOON)
    assert ledger.take({A: cost(5)}, LATER)[A] == (cost(5), cost(5), cost(5))


def test_a_statement_that_was_reset_alone_begins_anew_and_the_others_go_on() -> None:
    ledger = StatementLedger()
    ledger.take({A: cost(9, 90.0), B: cost(4)}, NOON, reset_at=NOON)
    spans = ledger.take({A: cost(2, 20.0), B: cost(6)}, SOON, reset_at=NOON)
    assert spans[A].session == cost(2, 20.0)
    assert spans[B].session == cost(2)
    assert ledger.reset_seen_at is None


def test_a_reset_is_noticed_by_what_the_server_says_although_counters_have_grown_past_it() -> None:
    ledger = StatementLedger()
    ledger.take({A: cost(1)}, NOON, reset_at=NOON - timedelta(days=1))
    spans = ledger.take({A: cost(8)}, SOON, reset_at=SOON)
    assert spans[A] == (cost(8), cost(8), cost(8))
    assert ledger.reset_seen_at == SOON


def test_a_reset_is_noticed_by_the_counters_where_the_server_does_not_say_it() -> None:
    ledger = StatementLedger()
    ledger.take({A: cost(5), B: cost(5)}, NOON)
    ledger.take({A: cost(1)}, SOON)
    assert ledger.reset_seen_at == SOON


def test_evictions_are_counted_from_the_first_look_on() -> None:
    ledger = StatementLedger()
    told = []
    for dealloc in (3, 3, 5, 1, 2):
        ledger.take({}, NOON, dealloc=dealloc)
        told.append(ledger.evicted)
    assert told == [0, 0, 2, 1, 2]  # before the last two it was reset


def test_evictions_are_unknown_where_the_server_does_not_count_them() -> None:
    ledger = StatementLedger()
    ledger.take({A: cost(1)}, NOON)
    assert ledger.evicted is None


def test_of_many_the_dearest_of_each_order_and_span_are_given() -> None:
    many: dict[Key, Cost] = {(10, 5, n, True): cost(2000 - n, float(n)) for n in range(1000)}
    ledger = StatementLedger()
    ledger.take(many, NOON)
    late = (10, 5, 500, True)
    spans = ledger.take(many | {late: cost(1501, 501.0)}, SOON)
    assert (10, 5, 999, True) in spans  # the time
    assert (10, 5, 0, True) in spans  # the calls
    assert spans[late].interval == cost(1, 1.0)  # nothing else has run
    assert len(spans) <= 6 * DEAREST + 1


COSTS = st.builds(
    Cost,
    calls=st.integers(0, 50),
    total_ms=st.integers(0, 50).map(float),
    rows=st.integers(0, 50),
    blocks_hit=st.just(0),
    blocks_read=st.just(0),
    temp_blocks_written=st.just(0),
    io_ms=st.just(0.0),
)
LOOKS = st.lists(st.dictionaries(st.sampled_from([A, B]), COSTS, max_size=2), min_size=2, max_size=8)


@given(LOOKS)
def test_no_difference_is_ever_negative_or_more_than_the_whole(looks: list[dict[Key, Cost]]) -> None:
    ledger = StatementLedger()
    for nth, look in enumerate(looks):
        for spans in ledger.take(look, NOON + timedelta(seconds=nth)).values():
            for total, session, interval in zip(*spans, strict=True):
                assert 0 <= interval <= session <= total


@given(st.lists(COSTS, min_size=2, max_size=8))
def test_while_nothing_is_reset_the_intervals_add_up_to_the_session(steps: list[Cost]) -> None:
    ledger, grown, looks = StatementLedger(), ZERO, []
    for step in steps:
        grown = Cost._make(sum(pair) for pair in zip(grown, step, strict=True))
        looks.append(ledger.take({A: grown}, NOON)[A])
    added = ZERO
    for look in looks:
        added = Cost._make(sum(pair) for pair in zip(added, look.interval, strict=True))
    assert added == looks[-1].session
    assert all(before.total.calls <= after.total.calls for before, after in pairwise(looks))
