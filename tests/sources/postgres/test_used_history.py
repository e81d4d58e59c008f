"""Few enough numbers for a sparkline."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.sources.postgres.used_history import UsedHistory

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def kept_of(numbers: list[int]) -> UsedHistory:
    """Take a number every two seconds."""
    kept = UsedHistory()
    for look, number in enumerate(numbers):
        kept.add(number, NOON + look * timedelta(seconds=2))
    return kept


def history(numbers: list[int]) -> tuple[int, ...]:
    return kept_of(numbers).peaks()


def test_as_long_as_there_are_few_all_are_kept() -> None:
    assert history(list(range(120))) == tuple(range(120))


def test_more_are_thinned_to_the_peaks_of_equally_many_looks() -> None:
    assert history(list(range(121))) == (*range(1, 120, 2), 120)
    assert history(list(range(123))) == (*range(1, 122, 2), 122)


def test_each_number_counts_from_the_first_of_its_looks_on() -> None:
    kept = kept_of(list(range(123)))
    assert len(kept.times()) == len(kept.peaks())
    assert kept.times()[:2] == (NOON, NOON + timedelta(seconds=4))
    assert kept.times()[-1] == NOON + timedelta(seconds=244)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=2000))
def test_it_is_bounded_and_never_loses_the_peak(numbers: list[int]) -> None:
    kept = history(numbers)
    assert len(kept) <= 120
    assert max(kept) == max(numbers)
    assert kept[-1] >= numbers[-1]
