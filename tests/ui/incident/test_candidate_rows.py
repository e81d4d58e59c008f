"""Candidates stand between the entries at their time, and every row is found where it is drawn."""

from collections.abc import Sequence
from datetime import UTC, timedelta

import pytest
from support.shop import NOW

from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.observer.folding import Candidate
from cockpit.observer.observation import Kind, Observation
from cockpit.ui.incident.candidate_rows import CandidateRows
from cockpit.ui.incident.incident_log_rows import IncidentLogRows

MINUTE = timedelta(minutes=1)


def entry(sequence: int, minute: float, text: str) -> Entry:
    at = NOW + minute * MINUTE
    return Entry(sequence, at, at, EntryKind.NOTE, "ana", EntrySource.PERSON, text, {}, "", "")


def candidate(name: str, minute: float, what: str = "restarted") -> Candidate:
    seen = Observation(NOW + minute * MINUTE, Kind.RESTART, f"pod shop/{name}", name, what, name)
    return Candidate(name, seen, seen, 1)


ENTRIES = (entry(1, 0, "first"), entry(2, 10, "a long text of several words"), entry(3, 20, "third"))


@pytest.fixture
def log() -> IncidentLogRows:
    rows = IncidentLogRows(UTC)
    rows.update(ENTRIES, (), 18, numbered=True)
    return rows


def shown(log: IncidentLogRows, candidates: Sequence[Candidate]) -> CandidateRows:
    rows = CandidateRows(log, UTC)
    rows.update(candidates, 18, numbered=True)
    return rows


def texts(rows: CandidateRows) -> list[str]:
    return [row.cells[2].text for row in rows.rows(0, 100)]


def test_without_candidates_it_is_the_log(log: IncidentLogRows) -> None:
    rows = shown(log, ())
    assert rows.rows(0, 100) == log.rows(0, 100)
    assert len(rows) == len(log)


def test_they_stand_before_between_and_after_the_entries_dim_and_without_a_number(log: IncidentLogRows) -> None:
    rows = shown(log, [candidate("a", -5), candidate("b", 12), candidate("c", 12), candidate("d", 30)])
    assert texts(rows) == [
        "· a: restarted",
        "ana first",
        "ana a long text of",
        "several words",
        "· b: restarted",
        "· c: restarted",
        "ana third",
        "· d: restarted",
    ]
    first = rows.rows(0, 1)[0]
    assert first.faint
    assert [cell.text for cell in first.cells[:2]] == ["", "14:18:07"]


def test_a_long_one_goes_on_below_itself(log: IncidentLogRows) -> None:
    rows = shown(log, [candidate("a", 12, "restarted (Error, exit 1)")])
    assert texts(rows)[3:] == ["· a: restarted", "(Error, exit 1)", "ana third"]


def test_every_row_is_found_by_its_key(log: IncidentLogRows) -> None:
    rows = shown(log, [candidate("a b", -5), candidate("b", 12, "restarted (Error, exit 1)"), candidate("d", 30)])
    keys = [row.key for row in rows.rows(0, 100)]
    assert [rows.position(key) for key in keys] == list(range(len(rows)))
    assert [rows.candidate_of(key) for key in keys] == ["a b", None, None, None, "b", "b", None, "d"]
    rows.update((), 18, numbered=True)
    assert rows.position(keys[0]) is None


def test_one_that_grows_says_so(log: IncidentLogRows) -> None:
    rows = shown(log, [candidate("a", 30)])
    grown = candidate("a", 30)
    rows.update([Candidate("a", grown.first, grown.last, 2)], 40, numbered=True)
    assert texts(rows)[-1] == "· a: 2 restarts, last: restarted"
