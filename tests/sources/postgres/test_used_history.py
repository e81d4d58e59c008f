"""Few enough numbers for a sparkline."""

from hypothesis import given
from hypothesis import strategies as st

from cockpit.sources.postgres.used_history import UsedHistory


def history(numbers: list[int]) -> tuple[int, ...]:
    kept = UsedHistory()
    for number in numbers:
        kept.add(number)
    return kept.peaks()


def test_as_long_as_there_are_few_all_are_kept() -> None:
    assert history(list(range(120))) == tuple(range(120))


def test_more_are_thinned_to_the_peaks_of_equally_many_looks() -> None:
    assert history(list(range(121))) == (*range(1, 120, 2), 120)
    assert history(list(range(123))) == (*range(1, 122, 2), 122)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=2000))
def test_it_is_bounded_and_never_loses_the_peak(numbers: list[int]) -> None:
    kept = history(numbers)
    assert len(kept) <= 120
    assert max(kept) == max(numbers)
    assert kept[-1] >= numbers[-1]
