"""Which messages have reached people."""

from datetime import UTC, datetime

import pytest

from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.messages.told import Told, entry_of, tells_people
from cockpit.incident.state import state_of

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def message(state: str, text: str = "api is down", target: str = "") -> Entry:
    draft = entry_of(Told("t", "Initial", "slack", text, state, target=target), "ana")
    return Entry(1, NOW, NOW, draft.kind, "ana", EntrySource.PERSON, draft.text, draft.data, "", "")


@pytest.mark.parametrize(
    ("state", "text", "told"),
    [
        ("sent", "api is down", True),
        ("copied", "api is down", True),
        ("copied", "api is down: [to be filled: impact]", False),
        ("saved", "api is down", False),
        ("saved", "api is down: [to be filled: impact]", False),
        ("drafted", "api is down", False),
        ("failed", "api is down", False),
        ("unknown", "api is down", False),
    ],
)
def test_people_are_told_by_what_was_sent_or_copied_in_full(state: str, text: str, told: bool) -> None:
    entry = message(state, text)
    assert tells_people(entry) is told
    assert state_of([entry]).updated_at == (NOW if told else None)


def test_a_note_tells_nobody() -> None:
    note = Entry(1, NOW, NOW, EntryKind.NOTE, "ana", EntrySource.PERSON, "x", {"state": "sent"}, "", "")
    assert not tells_people(note)


def test_the_log_says_how_many_blanks_are_not_filled() -> None:
    assert message("copied", "[to be filled: a]").text.startswith("message copied: Initial (1 blank is not filled)\n")
    assert message("sent", "api is down", "ops").text.startswith("message sent to ops: Initial\n")
