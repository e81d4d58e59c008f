"""The rows of the incident log show how entries stand, and what has not changed is not wrapped again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from cockpit.incident.correction import amendment, retiming, retraction
from cockpit.incident.entry import Draft, Entry, EntryKind
from cockpit.incident.known import hypotheses, hypothesis, judged
from cockpit.ui.incident import incident_log_rows
from cockpit.ui.incident.incident_log_rows import IncidentLogRows
from cockpit.ui.widgets.wrap import wrap

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
LONG = "20 of 20 connections are in use"


def recorded(*drafts: Draft) -> list[Entry]:
    """Record a draft each minute."""
    times = [START + timedelta(minutes=minute) for minute in range(len(drafts))]
    return [
        Entry(sequence, when, when, draft.kind, draft.actor, draft.source, draft.text, draft.data, "", "")
        for sequence, (when, draft) in enumerate(zip(times, drafts, strict=True), 1)
    ]


def note(text: str) -> Draft:
    return Draft(EntryKind.NOTE, text, "ana")


@pytest.fixture
def rows() -> IncidentLogRows:
    return IncidentLogRows(UTC)


def show(rows: IncidentLogRows, entries: Sequence[Entry], *unsaved: Draft, cells: int = 40) -> list[str]:
    """Give the rows as lines."""
    rows.update(entries, unsaved, cells, numbered=False)
    return [" ".join(cell.text for cell in row.cells).strip() for row in rows.rows(0, 1000)]


def test_a_long_text_goes_on_below_itself_and_drafts_stand_below_all(rows: IncidentLogRows) -> None:
    lines = show(rows, recorded(note(LONG), note("ok")), note("lost?"), cells=20)
    assert lines == ["14:00:00 ana 20 of 20", "connections are in", "use", "14:01:00 ana ok", "UNSAVED ana lost?"]


def test_what_is_on_its_way_to_another_host_stands_below_what_is_there(rows: IncidentLogRows) -> None:
    chain, (outgoing,) = recorded(note("api is down")), recorded(note("it is the network"))
    rows.update(chain, [note("lost?")], 60, numbered=False, outgoing=[outgoing])
    lines = [" ".join(cell.text for cell in row.cells) for row in rows.rows(0, 10)]
    assert lines == [
        "14:00:00 ana api is down",
        "14:00:00 ana it is the network (not yet shared)",
        "UNSAVED ana lost?",
    ]
    assert [rows.position(row.key) for row in rows.rows(0, 10)] == [0, 1, 2]


def test_a_hypothesis_does_not_read_as_what_was_seen(rows: IncidentLogRows) -> None:
    said = hypothesis("DB_URL dropped in 1.5.0", "ana")
    held = hypotheses(recorded(said))[0]
    assert show(rows, recorded(said, judged(held, "ruled out", "it is set", "bob")), cells=80) == [
        "14:00:00 ana hypothesis: DB_URL dropped in 1.5.0",
        "14:01:00 bob hypothesis: DB_URL dropped in 1.5.0: ruled out (it is set)",
    ]


def test_an_amended_entry_says_its_last_text_and_is_marked(rows: IncidentLogRows) -> None:
    lines = show(rows, recorded(note("2 of 3 pods"), amendment(1, "all pods", "bob")))
    assert lines == ["14:00:00 ana all pods (amended)", "14:01:00 bob amends entry 1: all pods"]


def test_a_retracted_entry_stays_and_is_dimmed(rows: IncidentLogRows) -> None:
    lines = show(rows, recorded(note("the db is down"), retraction(1, "wrong db", "bob")))
    assert lines[0] == "14:00:00 retracted: ana the db is down"
    assert [row.faint for row in rows.rows(0, 2)] == [True, False]


def test_an_entry_with_another_time_keeps_its_place(rows: IncidentLogRows) -> None:
    earlier = START - timedelta(minutes=8)
    entries = recorded(note("first"), note("traffic fell"), retiming(2, earlier, "as the graph says", "bob"))
    assert show(rows, entries)[:2] == ["14:00:00 ana first", "13:52:00 ana traffic fell (time corrected)"]


def test_a_correction_that_comes_later_changes_the_rows_above_and_moves_those_below(rows: IncidentLogRows) -> None:
    entries = recorded(note("short"), note("below"), amendment(1, LONG, "bob"), note("end"), retraction(3, "no", "bob"))
    whole = show(IncidentLogRows(UTC), entries[:4], cells=20)
    assert show(rows, entries[:2], cells=20) == ["14:00:00 ana short", "14:01:00 ana below"]
    assert show(rows, entries[:4], cells=20) == whole
    assert whole[:5] == ["14:00:00 ana 20 of 20", "connections are in", "use (amended)", "14:01:00 ana below", whole[4]]
    assert show(rows, entries, cells=20)[:2] == ["14:00:00 ana short", "14:01:00 ana below"]


def test_only_what_is_new_or_corrected_is_wrapped(rows: IncidentLogRows, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = recorded(*(note(f"note {nth}") for nth in range(1, 1001)), note("new"), amendment(7, "note seven", "bob"))
    show(rows, entries[:1000])
    wrapped: list[str] = []

    def spy(text: str, cells: int) -> list[str]:
        wrapped.append(text)
        return wrap(text, cells)

    monkeypatch.setattr(incident_log_rows, "wrap", spy)
    show(rows, entries[:1001])
    show(rows, entries[:1001], note("lost?"))
    assert wrapped == ["ana new", "ana lost?"]
    wrapped.clear()
    show(rows, entries)
    assert wrapped == ["ana note seven (amended)", "bob amends entry 7: note seven"]


def test_another_width_wraps_all_anew(rows: IncidentLogRows) -> None:
    entries = recorded(note(LONG), note("ok"))
    assert len(show(rows, entries, cells=20)) == 4
    assert len(show(rows, entries, cells=40)) == 2


def test_another_log_takes_the_place_of_the_one_before(rows: IncidentLogRows) -> None:
    show(rows, recorded(note("one"), note("two")))
    assert show(rows, recorded(note("else"))) == ["14:00:00 ana else"]
    assert show(rows, recorded(note("other"), note("more"))) == ["14:00:00 ana other", "14:01:00 ana more"]


def test_entries_tell_their_numbers_where_there_is_room(rows: IncidentLogRows) -> None:
    rows.update(recorded(note("one"), note(LONG)), (note("lost?"),), 20, numbered=True)
    assert [row.cells[0].text for row in rows.rows(0, 9)] == ["1", "2", "", "", ""]


def test_every_row_is_found_by_its_key_and_one_that_fell_away_at_the_end_of_its_entry(rows: IncidentLogRows) -> None:
    entries = recorded(note("one"), note(LONG), note("three"))
    rows.update(entries, (note("lost?"),), 20, numbered=False)
    keys = [row.key for row in rows.rows(0, 9)]
    assert [rows.position(key) for key in keys] == list(range(len(rows)))
    rows.update(entries, (), 40, numbered=False)
    assert [rows.position(key) for key in keys] == [0, 1, 1, 1, 2, None]


def test_text_from_outside_is_made_harmless(rows: IncidentLogRows) -> None:
    (line,) = show(rows, recorded(Draft(EntryKind.NOTE, "red \x1b[31malert", "a\x07na")))
    assert "\x1b" not in line
    assert "\x07" not in line


def test_a_very_long_entry_shows_its_beginning_and_how_to_read_the_rest(rows: IncidentLogRows) -> None:
    entries = recorded(note("word " * 200_000), note("ok"), amendment(1, "another " * 200_000, "bob"))
    lines = show(rows, entries, note("lost " * 200_000))
    assert lines[:2] == ["14:00:00 ana another another another another", "another another another another another"]
    assert lines[11] == "… 1,599,567 more characters: enter"
    assert lines[12:14] == ["(amended)", "14:01:00 ana ok"]
    assert len(lines) == 13 + 1 + 12 + 12
    assert lines[26].startswith("UNSAVED ana lost lost")


def test_of_a_very_long_entry_no_more_is_wrapped_than_is_shown(
    rows: IncidentLogRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped: list[int] = []

    def count(text: str, cells: int) -> list[str]:
        wrapped.append(len(text))
        return wrap(text, cells)

    monkeypatch.setattr(incident_log_rows, "wrap", count)
    show(rows, recorded(note("\n".join(["Traceback"] * 100_000))))
    assert max(wrapped) < 1_000


def test_a_row_knows_its_entry(rows: IncidentLogRows) -> None:
    show(rows, recorded(note(LONG), note("ok")), note("lost?"), cells=20)
    found = [rows.standing_of(row.key) for row in rows.rows(0, 10)]
    assert [each and each.original.sequence for each in found] == [1, 1, 1, 2, None]
    assert rows.standing_of(None) is None
