"""What the entries of an incident add up to."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.state import (
    ActionState,
    FindingState,
    IncidentState,
    Period,
    StepState,
    state_of,
    with_news,
)

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def entry(minutes: int, kind: EntryKind, **data: str | None) -> Entry:
    when = at(minutes)
    return Entry(1, when, when, kind, "ana", EntrySource.PERSON, "", data, "", "")


def test_nothing_recorded_is_nothing_known() -> None:
    assert state_of([]) == IncidentState()


def test_the_first_declaration_counts() -> None:
    assert state_of([entry(0, EntryKind.DECLARED), entry(5, EntryKind.DECLARED)]).declared_at == at(0)


def test_severities_follow_each_other_and_their_times_add_up() -> None:
    changes = [(2, "SEV3"), (5, "SEV1"), (25, "SEV3")]
    state = state_of([entry(minutes, EntryKind.SEVERITY, to=name) for minutes, name in changes])
    assert (state.severity, state.severity_since) == ("SEV3", at(25))
    assert state.periods == (Period("SEV3", at(2), at(5)), Period("SEV1", at(5), at(25)), Period("SEV3", at(25)))
    assert state.time_at(at(30)) == {"SEV3": timedelta(minutes=8), "SEV1": timedelta(minutes=20)}


def test_the_same_severity_again_does_not_start_anew() -> None:
    state = state_of([entry(minutes, EntryKind.SEVERITY, to="SEV2") for minutes in (1, 9)])
    assert state.periods == (Period("SEV2", at(1)),)


def test_closing_ends_the_time_at_a_severity() -> None:
    state = state_of([entry(1, EntryKind.SEVERITY, to="SEV2"), entry(11, EntryKind.CLOSED), entry(12, EntryKind.NOTE)])
    assert state.closed_at == at(11)
    assert state.time_at(at(60)) == {"SEV2": timedelta(minutes=10)}


def test_the_status_is_the_last_one_and_since_when() -> None:
    changes = [(1, "investigating"), (4, "identified"), (6, "identified")]
    state = state_of([entry(minutes, EntryKind.STATUS, to=status) for minutes, status in changes])
    assert (state.status, state.status_since) == ("identified", at(4))


def test_a_step_has_the_state_that_it_was_given_last() -> None:
    steps = [entry(1, EntryKind.STEP, step="a", state="done"), entry(2, EntryKind.STEP, step="b", state="skipped")]
    state = state_of([*steps, entry(3, EntryKind.STEP, step="a", state="open")])
    assert state.steps == {"a": StepState("open", "ana", at(3)), "b": StepState("skipped", "ana", at(2))}


def test_an_action_has_the_outcome_of_its_receipt() -> None:
    begun = [entry(1, EntryKind.ACTION, action=token, title=f"restart {token}", command="kubectl") for token in "ab"]
    ended = entry(2, EntryKind.RECEIPT, action="a", title="restart a", outcome="done", summary="done in 12 s")
    assert state_of([*begun, ended]).actions == {
        "a": ActionState("restart a", "kubectl", "ana", at(1), "done", "done in 12 s"),
        "b": ActionState("restart b", "kubectl", "ana", at(1)),
    }


def test_a_receipt_whose_intent_could_not_be_saved_stands_for_itself() -> None:
    ended = entry(2, EntryKind.RECEIPT, action="a", title="restart a", outcome="done", summary="done in 12 s")
    assert state_of([ended]).actions == {"a": ActionState("restart a", "", "ana", at(2), "done", "done in 12 s")}


def test_when_the_clock_steps_back_what_was_said_last_holds_and_no_time_is_negative() -> None:
    state = state_of([entry(60, EntryKind.SEVERITY, to="SEV3"), entry(2, EntryKind.SEVERITY, to="SEV1")])
    assert state.severity == "SEV1"
    assert state.time_at(at(3)) == {"SEV3": timedelta(), "SEV1": timedelta(minutes=1)}


def test_a_finding_lasts_until_it_is_over_and_may_come_again() -> None:
    def found(minutes: int) -> Entry:
        return entry(minutes, EntryKind.FOUND, finding="api", title="api: 3 of 3 pods crash-loop")

    state = state_of([found(1), entry(4, EntryKind.CLEARED, finding="api", title="…"), found(9)])
    title = "api: 3 of 3 pods crash-loop"
    assert state.findings == (FindingState("api", title, at(1), at(4)), FindingState("api", title, at(9)))
    assert state.lasting == {"api": FindingState("api", title, at(9))}


def test_what_two_cockpits_find_at_the_same_moment_is_one_finding() -> None:
    twice = [entry(minutes, EntryKind.FOUND, finding="api", title="api crash-loops") for minutes in (1, 1)]
    over = entry(4, EntryKind.CLEARED, finding="api", title="…")
    assert state_of([*twice, over]).findings == (FindingState("api", "api crash-loops", at(1), at(4)),)


@pytest.mark.parametrize("counted", range(6))
def test_what_is_new_adds_up_to_the_same(counted: int) -> None:
    kinds = [(EntryKind.DECLARED, {}), (EntryKind.SEVERITY, {"to": "SEV2"}), (EntryKind.SEVERITY, {"to": "SEV1"})]
    kinds += [(EntryKind.RETRACTED, {"entry": "3", "reason": "mistyped"}), (EntryKind.STATUS, {"to": "identified"})]
    entries = [
        msgspec.structs.replace(entry(sequence, kind, **data), sequence=sequence)
        for sequence, (kind, data) in enumerate(kinds, 1)
    ]
    state = with_news(state_of(entries[:counted]), entries, counted)
    assert state == state_of(entries)
    assert (state.severity, state.status) == ("SEV2", "identified")


def test_an_incident_that_is_opened_again_goes_on_at_its_severity() -> None:
    told = [
        entry(0, EntryKind.DECLARED),
        entry(1, EntryKind.SEVERITY, to="SEV2"),
        entry(11, EntryKind.CLOSED),
        entry(31, EntryKind.REOPENED),
    ]
    state = state_of(told)
    assert (state.open, state.closed_at, state.closed_by, state.severity) == (True, None, None, "SEV2")
    assert state.time_at(at(36)) == {"SEV2": timedelta(minutes=15)}
    again = state_of([*told, entry(41, EntryKind.CLOSED)])
    assert (again.open, again.closed_at, again.closed_by) == (False, at(41), "ana")
    assert again.time_at(at(99)) == {"SEV2": timedelta(minutes=20)}


def test_what_is_not_closed_is_not_opened_again() -> None:
    state = state_of([entry(1, EntryKind.SEVERITY, to="SEV2"), entry(5, EntryKind.REOPENED)])
    assert len(state.periods) == 1
