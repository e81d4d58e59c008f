"""Times in a report mean one moment only, whatever the zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cockpit.incident.report.words import Calendar, difference, duration
from cockpit.zone import LocalZone

VIENNA = Calendar(ZoneInfo("Europe/Vienna"))


def test_utc_stands_in_the_head_of_a_column_or_behind_the_time() -> None:
    moment = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
    calendar = Calendar()
    assert calendar.head("Time") == "Time (UTC)"
    assert calendar.at(moment) == "2026-11-21 23:50:00"
    assert calendar.full(moment) == "2026-11-21 23:50:00 UTC"


def test_another_zone_shows_date_and_offset() -> None:
    moment = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
    assert VIENNA.head("Time") == "Time (Europe/Vienna)"
    assert VIENNA.at(moment) == VIENNA.full(moment) == "2026-11-22 00:50:00 +01:00"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert VIENNA.at(before) == "2026-10-25 02:30:00 +02:00"
    assert VIENNA.at(before + timedelta(hours=1)) == "2026-10-25 02:30:00 +01:00"


def test_the_zone_of_this_machine_tells_it_apart_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "America/St_Johns")
    time.tzset()
    try:
        local = Calendar(LocalZone())
        before = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
        assert local.at(before) == "2026-11-01 01:30:00 -02:30"
        assert local.at(before + timedelta(hours=1)) == "2026-11-01 01:30:00 -03:30"
        assert local.head("Time") == "Time (local time)"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_unknown_time_is_called_so() -> None:
    assert Calendar().full(None) == VIENNA.at(None) == "unknown"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 min 00 s"), (872, "14 min 32 s"), (3 * 3600 + 300, "3 h 05 min"), (51 * 3600, "2 d 03 h")],
)
def test_lengths_of_time_are_told_in_two_units(seconds: int, told: str) -> None:
    assert duration(timedelta(seconds=seconds)) == told


def test_a_difference_may_lie_before() -> None:
    assert difference(timedelta(minutes=-2)) == "2 min 00 s before"
    assert difference(None) == "unknown"
