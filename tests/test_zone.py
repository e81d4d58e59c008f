"""Zones for times on the screen."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cockpit.zone import zone_called

SUMMER = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
WINTER = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def _vienna(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def shown(moment: datetime, zone: str) -> str:
    return moment.astimezone(zone_called(zone)).strftime("%H:%M %Z")


def test_utc() -> None:
    assert shown(WINTER, "UTC") == shown(WINTER, "utc") == "12:00 UTC"


def test_an_iana_zone() -> None:
    assert shown(WINTER, "Europe/Vienna") == "13:00 CET"


@pytest.mark.usefixtures("_vienna")
def test_the_zone_of_this_machine_follows_summer_and_winter() -> None:
    assert shown(WINTER, "local") == "13:00 CET"
    assert shown(SUMMER, "local") == "14:00 CEST"


@pytest.mark.usefixtures("_vienna")
def test_local_times_convert_back() -> None:
    assert SUMMER.astimezone(zone_called("local")).astimezone(UTC) == SUMMER


@pytest.mark.parametrize("name", ["Mars", "", "../../etc/passwd", "a\0b"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone that this machine knows"):
        zone_called(name)
