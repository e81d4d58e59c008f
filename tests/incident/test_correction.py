"""Corrections are entries: what was said first stays, what holds is what was said last."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident import change
from cockpit.incident.action import intent, receipt
from cockpit.incident.correction import Standing, Standings, amendment, check, holding, retiming, retraction, standings
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource
from cockpit.incident.errors import InputError
from cockpit.incident.state import Period, state_of

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
NOTE = Draft(EntryKind.NOTE, "2 of 3 pods", "ana")


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def recorded(*drafts: Draft) -> list[Entry]:
    """Record a declaration, and then a draft each minute."""
    entries = []
    for sequence, draft in enumerate([Draft(EntryKind.DECLARED, "api is down", "ana"), *drafts], 1):
        when = at(sequence - 1)
        entries.append(
            Entry(sequence, when, when, draft.kind, draft.actor, EntrySource.PERSON, draft.text, draft.data, "", "")
        )
    return entries


def texts(entries: list[Entry]) -> list[str]:
    return [entry.text for entry in holding(standings(entries))]


def test_without_corrections_everything_holds_as_it_was_said() -> None:
    entries = recorded(NOTE, change.severity(None, "SEV2", "ana"))
    assert holding(standings(entries)) == entries


def test_an_amended_entry_says_what_was_said_last() -> None:
    entries = recorded(NOTE, amendment(2, "3 of 3 pods", "bob"), amendment(2, "all pods", "bob"), NOTE)
    assert texts(entries) == ["api is down", "all pods", "2 of 3 pods"]
    amended = standings(entries)[1]
    assert (amended.original.text, amended.amended_by) == ("2 of 3 pods", (3, 4))


def test_what_was_retracted_does_not_count() -> None:
    entries = recorded(
        change.severity(None, "SEV3", "ana"), change.severity("SEV3", "SEV1", "ana"), retraction(3, "mistyped", "ana")
    )
    state = state_of(entries)
    assert (state.severity, state.periods) == ("SEV3", (Period("SEV3", at(1)),))


def test_a_retracted_close_opens_the_incident_again() -> None:
    entries = recorded(Draft(EntryKind.CLOSED, "over", "ana"), retraction(2, "it is not over", "ana"))
    assert state_of(entries).closed_at is None


def test_a_time_that_was_corrected_counts_everywhere() -> None:
    entries = recorded(change.severity(None, "SEV3", "ana"), retiming(2, at(-10), "the pager says so", "ana"))
    assert state_of(entries).severity_since == at(-10)
    assert standings(entries)[1].retimed_by == (3,)


def test_a_correction_is_undone_by_retracting_it() -> None:
    entries = recorded(NOTE, amendment(2, "3 of 3 pods", "ana"), retraction(3, "it was 2", "ana"))
    assert texts(entries) == ["api is down", "2 of 3 pods"]


def test_a_retraction_is_undone_by_retracting_it() -> None:
    entries = recorded(NOTE, retraction(2, "wrong", "ana"), retraction(3, "right", "ana"), retraction(4, "no", "ana"))
    assert texts(entries[:3]) == ["api is down"]
    assert texts(entries[:4]) == ["api is down", "2 of 3 pods"]
    assert texts(entries) == ["api is down"]


@pytest.mark.parametrize(
    ("correction", "complaint"),
    [
        (amendment(9, "x", "ana"), "there is no entry 9; the last one is entry 5"),
        (amendment(0, "x", "ana"), "there is no entry 0"),
        (amendment(-2, "x", "ana"), "there is no entry -2"),
        (amendment(5, "x", "ana"), "entry 5 is itself a correction: correct entry 2 again, or retract entry 5"),
        (retiming(5, START, "x", "ana"), "entry 5 is itself a correction"),
        (retraction(1, "x", "ana"), "entry 1 declares the incident, and cannot be retracted: amend it"),
        (retraction(3, "x", "ana"), "entry 3 says what was about to be done, and cannot be retracted"),
        (retraction(4, "x", "ana"), "entry 4 says what was done, and cannot be retracted"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused_and_has_no_effect(correction: Draft, complaint: str) -> None:
    entries = recorded(
        NOTE,
        intent("t", "restart api", "kubectl", "ana"),
        receipt("t", "restart api", "done", "done in 2 s", "ana"),
        amendment(2, "3 of 3 pods", "ana"),
    )
    with pytest.raises(InputError) as caught:
        check(correction, entries)
    assert caught.value.message.startswith(complaint)
    meant = msgspec.structs.replace(entries[0], sequence=6, kind=correction.kind, data=correction.data)
    assert standings([*entries, meant])[:-1] == standings(entries)


def test_what_is_retracted_is_not_corrected_again() -> None:
    entries = recorded(NOTE, retraction(2, "wrong", "ana"))
    for again in (retraction(2, "x", "ana"), amendment(2, "x", "ana"), retiming(2, START, "x", "ana")):
        with pytest.raises(InputError, match="entry 2 is retracted already, by entry 3"):
            check(again, entries)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"entry": None},
        {"entry": "two"},
        {"entry": "²"},
        {"entry": "9" * 5000},
        {"entry": "3"},
        {"entry": "4"},
        {"entry": "2"},
        {"entry": "2", "to": "yesterday"},
        {"entry": "2", "to": "2026-11-21T14:00:00"},
    ],
)
def test_a_correction_that_cannot_be_read_corrects_nothing(data: dict[str, str | None]) -> None:
    entries = recorded(NOTE, msgspec.structs.replace(retiming(2, START, "x", "ana"), data=data))
    assert holding(standings(entries)) == entries[:2]


def test_corrections_that_make_sense_are_let_through() -> None:
    entries = recorded(NOTE, amendment(2, "3 of 3 pods", "ana"))
    for draft in (amendment(2, "x", "ana"), amendment(1, "x", "ana"), retiming(1, START, "x", "ana")):
        check(draft, entries)
    for draft in (retraction(2, "x", "ana"), retraction(3, "x", "ana")):
        check(draft, entries)


CORRECTIONS_OF = st.tuples(st.sampled_from(("note", "amend", "retract", "retime")), st.integers(0, 12))


@given(st.lists(CORRECTIONS_OF, max_size=11), st.integers(1, 4))
def test_a_growing_log_stands_as_it_would_if_all_of_it_were_looked_at_again(
    drafts: list[tuple[str, int]], step: int
) -> None:
    makers: dict[str, Callable[[int], Draft]] = {
        "note": lambda _: NOTE,
        "amend": lambda sequence: amendment(sequence, f"amended {sequence}", "bob"),
        "retract": lambda sequence: retraction(sequence, "no", "bob"),
        "retime": lambda sequence: retiming(sequence, at(-sequence), "late", "bob"),
    }
    entries = recorded(*(makers[kind](sequence) for kind, sequence in drafts))
    growing, known = Standings(), dict[int, Standing]()
    for start in range(0, len(entries), step):
        known |= {each.original.sequence: each for each in growing.take(entries[start : start + step])}
        assert list(known.values()) == standings(entries[: start + step])
