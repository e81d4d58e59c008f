"""What is to be done after the incident: how it is typed, kept, changed and read again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident import correction
from cockpit.incident.action_item import (
    DONE,
    DROPPED,
    ActionItem,
    Typed,
    action_items,
    draft,
    line_of,
    new,
    retyped,
    settled,
    todo_in,
    typed,
)
from cockpit.incident.correction import holding, standings
from cockpit.incident.file import IncidentFile

TODAY = date(2026, 11, 21)
ALARM = new(Typed("alarm on the queue", "ana", date(2026, 12, 1)))


def items(file: IncidentFile) -> tuple[ActionItem, ...]:
    return action_items(holding(standings(file.entries())))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("add an alarm", Typed("add an alarm")),
        ("add an alarm @ana.b due 2026-12-01", Typed("add an alarm", "ana.b", date(2026, 12, 1))),
        ("add @ana an alarm due in 2 weeks please", Typed("add an alarm please", "ana", date(2026, 12, 5))),
        ('rotate keys @"Platform Team" due: monday', Typed("rotate keys", "Platform Team", date(2026, 11, 23))),
        ("mail ops@shop.example", Typed("mail ops@shop.example")),
        ("find out what was due to DNS", Typed("find out what was due to DNS")),
        ("pay the monitoring due monthly", Typed("pay the monitoring due monthly")),
        ("say what was due last on the list", Typed("say what was due last on the list")),
    ],
)
def test_owner_and_date_stand_in_the_line(line: str, said: Typed) -> None:
    assert typed(line, TODAY) == said


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("@ana due tomorrow", "say what is to be done"),
        ("x due 2026-13-01", "no date"),
        ("x due: soon", "no date"),
        ("x due yesterday @ana", "is over"),
        ("x @ana due last monday", "'last monday' is no date"),
        ("x due end of month", "'end of month' is no date"),
        ("x due Dec 1", "'Dec 1' is no date"),
        ("x due in 3 sprints", "'in 3 sprints' is no date"),
    ],
)
def test_what_cannot_be_understood_says_so(line: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        typed(line, TODAY)


@given(
    st.text("abc xyz", min_size=1).map(str.strip).filter(bool),
    st.none() | st.text("ab. -", min_size=1, max_size=9).map(str.strip).filter(bool),
    st.none() | st.dates(TODAY, date(2099, 1, 1)),
)
def test_an_item_is_read_again_from_the_line_that_it_is_written_as(text: str, owner: str | None, due: date) -> None:
    said = Typed(" ".join(text.split()), owner, due)
    assert typed(line_of(new(said)), TODAY) == said


@pytest.mark.parametrize(
    ("note", "todo"), [("todo: x", "x"), ("Action Item:  x", "x"), ("todo x", None), ("a todo: x", None)]
)
def test_a_note_that_begins_so_is_an_item(note: str, todo: str | None) -> None:
    assert todo_in(note) == todo


def test_what_was_written_last_of_an_item_holds(incident: IncidentFile) -> None:
    incident.append(draft(ALARM, "ana"))
    other = new(Typed("warm the cache"))
    incident.append(draft(other, "bob"))
    incident.append(draft(retyped(ALARM, Typed("alarm on both queues", "bob")), "ana"))
    incident.append(draft(settled(other, DROPPED, "it is warm"), "bob"))
    first, second = items(incident)
    assert (first.text, first.owner, first.due, first.status) == ("alarm on both queues", "bob", None, "open")
    assert (second.status, second.note, second.entry) == ("dropped", "it is warm", 5)
    assert [entry.text for entry in incident.entries()[1:]] == [
        "todo: alarm on the queue (ana, due 2026-12-01)",
        "todo: warm the cache",
        "todo: alarm on both queues (bob)",
        "dropped: warm the cache (it is warm)",
    ]


def test_what_was_retracted_never_came_of_it(incident: IncidentFile) -> None:
    incident.append(draft(ALARM, "ana"))
    done = incident.append(draft(settled(ALARM, DONE), "bob"))
    incident.append(correction.retraction(done.sequence, "another one", "bob"))
    (item,) = items(incident)
    assert (item.status, item.text) == ("open", "alarm on the queue")


def test_an_amended_entry_amends_the_item(incident: IncidentFile) -> None:
    entry = incident.append(draft(ALARM, "ana"))
    incident.append(correction.amendment(entry.sequence, "todo: alarm on the cache @bob", "ana"))
    (item,) = items(incident)
    assert (item.text, item.owner, item.due) == ("alarm on the cache", "bob", "2026-12-01")


def test_a_secret_in_an_item_is_masked(incident: IncidentFile) -> None:
    incident.append(draft(new(Typed("rotate password=hunter2hunter2")), "ana"))
    (item,) = items(incident)
    assert "hunter2" not in item.text
    assert item.text.startswith("rotate ")
