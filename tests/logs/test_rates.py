"""Whether errors rise."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.logs.rates import LogRate, LogRates, together

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def rate(name: str = "api-1/api", errors: float = 0, before: float | None = 0, **more: object) -> LogRate:
    return LogRate(name=name, lines=100, errors=errors, lines_before=90, errors_before=before, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("errors", "before", "rising"),
    [(5, 0, True), (4, 0, False), (30, 10, True), (29, 10, False), (1000, None, False), (0, 0, False)],
)
def test_errors_rise_when_they_are_many_and_clearly_more_than_before(
    errors: float, before: float | None, rising: bool
) -> None:
    assert rate(errors=errors, before=before).rising == rising


def test_the_worst_come_first() -> None:
    rates = LogRates((rate("a", 10), rate("b", 1), rate("c", 20)))
    assert [rate.name for rate in rates.rising] == ["c", "a"]


def test_replicas_are_put_together_under_their_workload() -> None:
    first = rate("api-1/api", 4, 1, newest_error="old", newest_error_at=NOON, errors_since=NOON)
    later = NOON + timedelta(minutes=1)
    second = rate("api-2/api", 3, None, newest_error="new", newest_error_at=later, errors_since=later)
    quiet = rate("api-3/api")
    both = together("api", [first, second, quiet])
    assert (both.name, both.lines, both.errors, both.errors_before) == ("api", 300, 7, 1)
    assert (both.newest_error, both.newest_error_at, both.errors_since) == ("new", later, NOON)
    assert both.rising
    assert together("api", [rate(before=None)]).errors_before is None
    assert together("api", [quiet]).newest_error_at is None
