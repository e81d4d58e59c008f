"""The log keeps what became of messages, and knows which of them wait."""

from datetime import UTC, datetime

import msgspec

from cockpit.incident.correction import retraction
from cockpit.incident.entry import Draft, Entry
from cockpit.incident.messages.told import Told, entry_of, reference, waiting
from cockpit.incident.state import state_of

NOW = datetime(2026, 11, 21, 14, 23, tzinfo=UTC)
DRAFT = Told("t1", "Update", "slack", "It is\nslow.", "drafted", target="ops", answer="Connection refused")


def saved(*drafts: Draft) -> list[Entry]:
    return [
        Entry(at, NOW, NOW, each.kind, each.actor, each.source, each.text, each.data, "", "")
        for at, each in enumerate(drafts, 1)
    ]


def state(told: Told, to: str, **more: str) -> Draft:
    return entry_of(msgspec.structs.replace(told, state=to, **more), "ana")


def test_an_entry_has_a_head_and_the_message() -> None:
    draft = entry_of(DRAFT, "ana")
    assert draft.text == "message drafted to ops: Update (Connection refused)\nIt is\nslow."
    assert draft.data["state"] == "drafted"
    assert draft.data["message"] == "Update"


def test_what_reached_nobody_waits_with_its_text() -> None:
    assert waiting(saved(entry_of(DRAFT, "ana"))) == [DRAFT]
    refused = msgspec.structs.replace(DRAFT, token="t2", state="failed")
    assert [each.token for each in waiting(saved(entry_of(DRAFT, "ana"), entry_of(refused, "ana")))] == ["t2", "t1"]


def test_what_was_told_or_may_have_been_waits_no_more() -> None:
    for to in ("sent", "copied", "saved", "unknown"):
        assert waiting(saved(entry_of(DRAFT, "ana"), state(DRAFT, to))) == []


def test_a_draft_is_given_up_by_retracting_it() -> None:
    assert waiting(saved(entry_of(DRAFT, "ana"), retraction(1, "too late", "ana"))) == []


def test_people_were_told_when_a_message_was_sent_and_not_when_it_was_drafted() -> None:
    assert state_of(saved(entry_of(DRAFT, "ana"))).updated_at is None
    assert state_of(saved(entry_of(DRAFT, "ana"), state(DRAFT, "sent"))).updated_at == NOW


def test_the_first_message_to_a_target_begins_the_thread() -> None:
    entries = saved(
        state(DRAFT, "sent", token="a", reference="171.1"),
        state(DRAFT, "sent", token="b", reference="171.2"),
        state(DRAFT, "sent", token="c", target="other", reference="9"),
    )
    assert reference(entries, "ops") == "171.1"
    assert reference(entries, "other") == "9"
    assert reference(entries, "nobody") == ""


def test_a_secret_does_not_get_into_the_entry() -> None:
    leak = msgspec.structs.replace(DRAFT, text="use xoxb-123456789012-abcdefghijkl")
    assert "xoxb" not in entry_of(leak, "ana").text
