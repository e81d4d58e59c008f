"""A clock that stands still, and an incident file."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile


class StillClock:
    """Shows the same time until `wait` moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 14, 8, 51, 120_456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def wait(clock: StillClock) -> Callable[[timedelta], None]:
    """Moves the clock on."""

    def move(by: timedelta) -> None:
        clock.now += by

    return move


@pytest.fixture
def incident(tmp_path: Path, clock: StillClock) -> Iterator[IncidentFile]:
    file = IncidentFile.create(tmp_path / "incidents", clock=clock)
    yield file
    file.close()


@pytest.fixture
def note() -> Callable[[str], Draft]:
    """Makes the draft of a note by ana."""
    return lambda text: Draft(EntryKind.NOTE, text, "ana")
