"""How far a reading can be trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.reading import Reading, State, Trouble, TroubleKind

NOW = datetime(2026, 11, 21, 14, 8, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=5)


def trouble(kind: TroubleKind) -> Trouble:
    return Trouble(kind=kind, message="", since=BEFORE)


def test_nothing_read_and_nothing_failed_is_loading() -> None:
    assert Reading(source="s").state(NOW) is State.LOADING


def test_an_empty_answer_is_live_and_not_loading() -> None:
    assert Reading(source="s", data=[], taken_at=NOW).state(NOW) is State.LIVE


def test_the_last_value_of_a_stream_stays_live_while_nothing_fails() -> None:
    assert Reading(source="s", data=1, taken_at=NOW - timedelta(days=1)).state(NOW) is State.LIVE


def test_a_poll_is_stale_once_its_next_value_is_overdue() -> None:
    reading = Reading(source="s", data=1, taken_at=BEFORE, fresh_for=timedelta(minutes=5))
    assert reading.state(NOW) is State.LIVE
    assert reading.state(NOW + timedelta(seconds=1)) is State.STALE


@pytest.mark.parametrize("kind", list(TroubleKind))
@pytest.mark.parametrize("data", [None, 1])
def test_in_trouble_a_reading_is_denied_failing_or_stale(kind: TroubleKind, data: int | None) -> None:
    state = Reading(source="s", data=data, taken_at=BEFORE if data else None, trouble=trouble(kind)).state(NOW)
    if kind in (TroubleKind.DENIED, TroubleKind.EXPIRED):
        assert state is State.DENIED
    else:
        assert state is (State.FAILING if data is None else State.STALE)


def test_off_goes_before_everything() -> None:
    reading = Reading(source="s", data=1, taken_at=NOW, trouble=trouble(TroubleKind.MISSING), off=True)
    assert reading.state(NOW) is State.OFF
