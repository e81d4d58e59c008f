"""What the header says of what is due."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.incident.clocks import ClockName, Due
from cockpit.incident.gates import QuietGate
from cockpit.runbooks.model import Step
from cockpit.timekeeper import Time
from cockpit.ui.incident.clock_spans import clock_spans, length

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def due(clock: ClockName, minutes: float, *, whole: float = 30, to: str | None = None) -> Due:
    at = NOW + timedelta(minutes=minutes)
    return Due(clock, at - timedelta(minutes=whole), at, to)


def told(*dues: Due, **more: object) -> list[tuple[str, str]]:
    time = Time(dues, **{"open": True, **more})  # type: ignore[arg-type]
    return [(span.text.strip(), span.tone) for span in clock_spans(time, NOW)]


def test_the_most_pressing_comes_first_and_there_are_two() -> None:
    dues = (
        due(ClockName.UPDATE, 12),
        due(ClockName.ESCALATE, -2, to="CTO"),
        due(ClockName.ACKNOWLEDGE, 4),
    )
    assert told(*dues) == [("escalate CTO overdue 02:00", "wrong"), ("acknowledge due 04:00", "doubtful")]


def test_a_resolution_in_hours_is_not_told() -> None:
    assert told(due(ClockName.RESOLVE, 200, whole=240)) == []
    assert told(due(ClockName.RESOLVE, 4, whole=240)) == [("resolve due 04:00", "wrong")]


def test_while_a_gate_waits_for_quiet_its_length_is_told() -> None:
    gate = QuietGate(Step("watch", "Watch"), "All normal for 15 minutes", 15)
    assert told(well_since=NOW - timedelta(minutes=7), gates=(gate,)) == [("well 7 of 15 min", "changing")]
    assert told(well_since=NOW - timedelta(minutes=15), gates=(gate,)) == [("well for 15 min", "well")]
    assert told(well_since=NOW - timedelta(minutes=7)) == []
    assert told(well_since=NOW - timedelta(minutes=7), gates=(gate,), open=False) == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (599, "09:59"), (600, "10 min"), (12000, "3 h 20 min"), (187_200, "2 d 4 h")]
)
def test_a_length_has_seconds_while_they_matter(seconds: int, text: str) -> None:
    assert length(timedelta(seconds=seconds)) == text
