from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cockpit.logs.moment import MomentError, moment_of

NOW = datetime(2026, 11, 21, 14, 23, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:08", "2026-11-21T14:08:00+00:00"),
        (" 9:08:30 ", "2026-11-21T09:08:30+00:00"),
        ("14:24", "2026-11-21T14:24:00+00:00"),
        ("23:50", "2026-11-20T23:50:00+00:00"),
        ("-10m", "2026-11-21T14:13:07+00:00"),
        ("-1h30m", "2026-11-21T12:53:07+00:00"),
        ("- 45s", "2026-11-21T14:22:22+00:00"),
        ("-2d", "2026-11-19T14:23:07+00:00"),
        ("2026-11-21T14:08:30Z", "2026-11-21T14:08:30+00:00"),
        ("2026-11-21T15:08:30.5+01:00", "2026-11-21T14:08:30.500000+00:00"),
        ("2026-11-21 14:08", "2026-11-21T14:08:00+00:00"),
    ],
)
def test_moments_are_understood_as_people_type_them(typed: str, meant: str) -> None:
    assert moment_of(typed, NOW, UTC) == datetime.fromisoformat(meant)


def test_times_are_those_of_the_zone_on_the_screen() -> None:
    vienna = ZoneInfo("Europe/Vienna")
    assert moment_of("15:08", NOW, vienna) == datetime(2026, 11, 21, 14, 8, tzinfo=UTC)
    assert moment_of("2026-07-01 15:08", NOW, vienna) == datetime(2026, 7, 1, 13, 8, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "-", "yesterday", "25:00", "14:60", "-99999999s99d", "-9999d999999999m", "14"])
def test_anything_else_is_refused_with_what_can_be_typed(typed: str) -> None:
    with pytest.raises(MomentError, match="14:08:30"):
        moment_of(typed, NOW, UTC)
