"""An invitation that calendars can read (RFC 5545)."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident.messages.facts import meeting_proposed
from cockpit.incident.messages.invitation import addresses, invitation, when, where
from cockpit.runbooks.model import BusinessHours

NOW = datetime(2026, 11, 21, 14, 23, 7, tzinfo=UTC)
STARTS = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_invitation_says_what_when_and_where() -> None:
    text = invitation(
        "pm-1@cockpit", "Post-mortem", "a, b; c\\d\ne", STARTS, NOW, place="Room 1", attendees=("a@b.test",)
    )
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for line in (
        "UID:pm-1@cockpit",
        "DTSTAMP:20261121T142307Z",
        "DTSTART:20261124T140000Z",
        "DTEND:20261124T150000Z",
        "SUMMARY:Post-mortem",
        "DESCRIPTION:a\\, b\\; c\\\\d\\ne",
        "LOCATION:Room 1",
        "ATTENDEE:mailto:a@b.test",
    ):
        assert line in lines


@given(st.text(max_size=300), st.text(max_size=300))
def test_lines_are_folded_within_75_octets_and_never_within_a_character(title: str, body: str) -> None:
    safe = body.encode("utf-8", "replace").decode()
    text = invitation("x", title.encode("utf-8", "replace").decode(), safe, STARTS, NOW)
    rows = text.split("\r\n")
    assert all(len(row.encode()) <= 75 for row in rows)
    assert "\n" not in text.replace("\r\n", "")
    starts = [row for row in rows if row and not row.startswith(" ")]
    assert len(starts) == len(unfolded(text)) - 1
    assert sum(line.startswith("DESCRIPTION:") for line in unfolded(text)) == 1


def test_text_cannot_add_lines_of_its_own() -> None:
    text = invitation("x", "a\r\nATTENDEE:mailto:evil@b.test", "b", STARTS, NOW)
    assert not any(line.startswith("ATTENDEE") for line in unfolded(text))


def test_time_place_and_people_are_read_from_the_text() -> None:
    text = "When: 2026-11-24 14:00 UTC\nWhere: https://meet.test/x\nwith ana@shop.test, bo@shop.test, ana@shop.test"
    assert when(text) == STARTS
    assert where(text) == "https://meet.test/x"
    assert addresses(text) == ("ana@shop.test", "bo@shop.test")
    assert when("on 2026-13-45 14:00 UTC or next week") is None
    assert where("Where: [to be filled: where]") == ""


def test_a_post_mortem_is_proposed_for_the_second_working_day() -> None:
    friday = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert meeting_proposed(friday, None) == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    vienna = BusinessHours(zone="Europe/Vienna")
    assert meeting_proposed(friday, vienna) == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
