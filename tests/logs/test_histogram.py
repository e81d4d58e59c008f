"""Lines and errors over time."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.histogram import BUCKET, SECOND, Bar, LogHistogram

MINUTE = 60 * SECOND
NOW = 1_795_270_131 * SECOND // BUCKET * BUCKET


def counted(lines: dict[int, int], errors: dict[int, int] | None = None, most: int = 1000) -> LogHistogram:
    """Count lines that came so many seconds before or after `NOW`."""
    histogram = LogHistogram(most)
    for seconds, count in lines.items():
        bucket = (NOW + seconds * SECOND) // BUCKET
        histogram.add({bucket: count}, {bucket: (errors or {}).get(seconds, 0)})
    return histogram


def test_a_span_is_divided_into_columns() -> None:
    histogram = counted({-60: 1, -50: 2, -30: 4, -10: 8, 0: 16}, {-50: 1, -10: 3})
    assert histogram.columns(NOW - MINUTE, NOW, 3) == [Bar(3, 1), Bar(4, 0), Bar(8, 3)]
    assert histogram.between(NOW - 30 * SECOND, NOW) == Bar(12, 3)


def test_lines_out_of_order_and_from_wrong_clocks_are_counted_where_they_say() -> None:
    histogram = counted({0: 1, -3600: 1, 10_000_000: 1, -20: 1})
    histogram.add({NOW // BUCKET: 5}, {})
    assert histogram.columns(NOW - MINUTE, NOW + MINUTE, 2) == [Bar(1, 0), Bar(6, 0)]


def test_it_knows_from_when_to_when_there_are_lines() -> None:
    assert (LogHistogram().start, LogHistogram().end) == (None, None)
    histogram = counted({0: 1, -100: 1})
    assert (histogram.start, histogram.end) == (NOW - 100 * SECOND, NOW + BUCKET)


def test_the_oldest_buckets_are_forgotten() -> None:
    histogram = counted(dict.fromkeys(range(0, 1000, 10), 1), most=10)
    histogram.add({0: 7}, {})
    assert histogram.between(0, 2 * NOW) == Bar(10, 0)
    assert histogram.start == NOW + 900 * SECOND


@given(st.lists(st.integers(-500, 500), max_size=40), st.integers(1, 60))
def test_every_line_of_a_span_is_in_one_column(seconds: list[int], columns: int) -> None:
    histogram = counted(dict(Counter(seconds)))
    bars = histogram.columns(NOW - 500 * SECOND, NOW + 510 * SECOND, columns)
    assert len(bars) == columns
    assert sum(bar.lines for bar in bars) == len(set(seconds)) + sum(count - 1 for count in Counter(seconds).values())


@pytest.mark.parametrize(
    ("errors", "since"),
    [
        ({}, None),
        ({-5: 4}, None),
        ({-5: 5}, -10),
        ({-5: 5, -40: 3, -70: 6, -110: 2}, -110),
        ({-5: 5, -80: 1, -130: 1, -190: 2, -250: 1}, -10),
        ({-5: 5, -100: 4}, -10),
        ({-500: 9}, None),
        ({-5: 5, 900: 9}, -10),
    ],
)
def test_errors_begin_with_the_first_minute_from_which_there_were_always_so_many(
    errors: dict[int, int], since: int | None
) -> None:
    histogram = counted(dict.fromkeys(errors, 9), errors)
    expected = None if since is None else NOW + since * SECOND
    assert histogram.errors_since(NOW, MINUTE, 5) == expected
