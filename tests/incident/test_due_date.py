"""Dates as people type them."""

from datetime import date

import pytest

from cockpit.incident.due_date import DateError, date_of

TODAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("today", TODAY),
        ("Tomorrow", date(2026, 11, 22)),
        ("monday", date(2026, 11, 23)),
        ("next  Mon", date(2026, 11, 23)),
        ("on wednesday", date(2026, 11, 25)),
        ("saturday", date(2026, 11, 28)),
        ("in 3 days", date(2026, 11, 24)),
        ("in 2 weeks", date(2026, 12, 5)),
        ("in a week", date(2026, 11, 28)),
        ("in 2 months", date(2027, 1, 21)),
    ],
)
def test_a_date_to_come(words: str, day: date) -> None:
    assert date_of(words, TODAY) == day


def test_a_month_that_is_too_short_ends_on_its_last_day() -> None:
    assert date_of("in 3 months", date(2026, 11, 30)) == date(2027, 2, 28)


@pytest.mark.parametrize("words", ["", "soon", "2026-13-01", "12/01", "in 2 fortnights", "in 9999 weeks"])
def test_what_is_no_date_says_what_can_be_typed(words: str) -> None:
    with pytest.raises(DateError, match="in 2 weeks"):
        date_of(words, TODAY)


def test_a_date_that_is_over_is_a_slip() -> None:
    with pytest.raises(DateError, match="2025-12-01 is over: today is 2026-11-21"):
        date_of("2025-12-01", TODAY)
    with pytest.raises(DateError, match="yesterday is over: today is 2026-11-21"):
        date_of("Yesterday", TODAY)
