import math
from datetime import UTC, datetime, timedelta

from cockpit.ui.paged.spark import bars, in_order, over_time

NOW = datetime(2026, 11, 21, 14, 23, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def test_bars_are_drawn_against_the_top_or_the_highest() -> None:
    assert bars([0, 50, 100], 100) == "▁▅█"
    assert bars([1, 2, 4]) == "▃▅█"
    assert bars([0, 0]) == "▁▁"
    assert bars([300], 100) == "█"


def test_a_minute_without_a_point_is_a_gap_and_not_zero() -> None:
    assert bars([math.nan, 1.0, 0.0], 1) == " █▁"
    points = [(NOW - timedelta(minutes=25), 1.0)]
    assert bars(over_time(points, until=NOW, span=HALF_HOUR, cells=3)) == "█  "


def test_a_piece_of_time_is_as_high_as_its_highest_point_and_what_is_older_is_left_out() -> None:
    points = [(NOW - timedelta(minutes=minutes), value) for minutes, value in ((40, 9.0), (2, 1.0), (1, 3.0), (0, 2.0))]
    drawn = over_time(points, until=NOW, span=HALF_HOUR, cells=2)
    assert math.isnan(drawn[0])
    assert drawn[1] == 3.0


def test_values_in_order_keep_the_peaks_and_end_with_the_newest() -> None:
    assert in_order([0, 50, 100], 10) == [0, 50, 100]
    assert in_order([0, 100, 0, 0, 0, 0, 50], 4) == [0, 100, 0, 50]


def test_without_room_or_values_there_is_nothing_to_draw() -> None:
    assert in_order([], 10) == in_order([1], 0) == []
