from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ui.widgets import format as formatted

NOW = datetime(2026, 11, 21, 14, 23, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(), "0s"),
        (timedelta(seconds=119), "119s"),
        (timedelta(seconds=120), "2m"),
        (timedelta(seconds=125), "2m5s"),
        (timedelta(minutes=10, seconds=5), "10m"),
        (timedelta(minutes=179, seconds=59), "179m"),
        (timedelta(hours=3), "3h"),
        (timedelta(hours=7, minutes=59), "7h59m"),
        (timedelta(hours=47), "47h"),
        (timedelta(hours=49), "2d1h"),
        (timedelta(days=3), "3d"),
        (timedelta(days=41), "41d"),
        (timedelta(days=1100), "3y"),
        (timedelta(seconds=-30), "0s"),
    ],
)
def test_an_age_is_told_in_the_units_that_matter(ago: timedelta, text: str) -> None:
    assert formatted.age(NOW - ago, NOW) == text


def test_an_unknown_age_is_not_zero() -> None:
    assert formatted.age(None, NOW) == "-"


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9000)))
def test_an_age_fits_its_column(ago: timedelta) -> None:
    assert len(formatted.age(NOW - ago, NOW)) <= 5


@pytest.mark.parametrize(
    ("size", "text"), [(None, "-"), (0, "0Mi"), (200 * 2**20, "200Mi"), (9 * 2**30, "9216Mi"), (24 * 2**30, "24.0Gi")]
)
def test_memory_is_written_as_kubectl_top_does(size: int | None, text: str) -> None:
    assert formatted.memory(size) == text


def test_unknown_cpu_use_is_not_zero() -> None:
    assert (formatted.cpu(None), formatted.cpu(0), formatted.cpu(1500)) == ("-", "0m", "1500m")


def test_times_are_shown_in_the_zone_of_the_person_and_say_so() -> None:
    vienna = ZoneInfo("Europe/Vienna")
    assert formatted.clock(NOW, vienna) == "15:23:07"
    assert formatted.zone_name(NOW, vienna) == "CET"


def test_an_incident_clock_goes_on_past_a_day() -> None:
    assert formatted.elapsed(timedelta(minutes=14, seconds=32)) == "00:14:32"
    assert formatted.elapsed(timedelta(hours=27)) == "27:00:00"
    assert formatted.elapsed(timedelta(seconds=-5)) == "00:00:00"
