"""Every entry says how its time is known: nothing is dated by more than what was known of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cockpit.incident import action, change, clock_entry, correction, finding, known
from cockpit.incident.chain import first_broken
from cockpit.incident.clocks import ClockName, Due
from cockpit.incident.correction import standings
from cockpit.incident.entry import Draft, EntryKind, TimeSource
from cockpit.incident.file import IncidentFile
from cockpit.incident.lines import as_text

THEN = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
DUE = Due(ClockName.UPDATE, THEN - timedelta(minutes=15), THEN)

ORIGINS = {
    "a note": (Draft(EntryKind.NOTE, "looking", "ana"), TimeSource.CLOCK),
    "a severity": (change.severity(None, "SEV2", "ana"), TimeSource.CLOCK),
    "an action": (action.intent("a1", "restart", "kubectl rollout restart", "ana"), TimeSource.CLOCK),
    "its receipt": (action.receipt("a1", "restart", "done", "done in 2 s", "ana"), TimeSource.CLOCK),
    "an acknowledgement": (clock_entry.acknowledged("ana"), TimeSource.CLOCK),
    "a clock that was met": (clock_entry.met(DUE, "ana"), TimeSource.CLOCK),
    "a correction": (correction.retiming(1, THEN, "by the log", "ana"), TimeSource.CLOCK),
    "a milestone": (known.milestone("detected", THEN, "ana"), TimeSource.PERSON),
    "what is overdue": (clock_entry.overdue(DUE), TimeSource.COMPUTED),
    "a gate that has passed": (clock_entry.gate("undo", "quiet", "passed", THEN, 15), TimeSource.COMPUTED),
    "a gate that was broken off": (clock_entry.gate("undo", "quiet", "broken", THEN, 3), TimeSource.SEEN),
    "a finding of which nothing is told": (finding.found("k", "api crashes", THEN), TimeSource.SEEN),
    "a finding that a log tells of": (
        finding.found("k", "api crashes", THEN, time_from=TimeSource.LOG_LINE),
        TimeSource.LOG_LINE,
    ),
    "its end": (finding.cleared("k", "api crashes", THEN, THEN), TimeSource.SEEN),
}


@pytest.mark.parametrize("what", ORIGINS)
def test_each_kind_of_entry_says_how_its_time_is_known(what: str, incident: IncidentFile) -> None:
    draft, origin = ORIGINS[what]
    incident.append(Draft(EntryKind.DECLARED, "api is down", "ana"))
    entry = incident.append(draft)
    assert entry.time_from == origin
    assert entry.data == (draft.data if origin is TimeSource.CLOCK else {**draft.data, "time": origin})
    assert first_broken(incident.entries()) is None


def test_it_is_under_the_hash_as_all_of_an_entry_is(incident: IncidentFile) -> None:
    incident.append(Draft(EntryKind.DECLARED, "api is down", "ana"))
    incident.append(finding.found("k", "api crashes", THEN, time_from=TimeSource.SERVER))
    declared, told = incident.entries()
    told.data["time"] = TimeSource.CLOCK
    assert first_broken([declared, told]) == 2


def test_an_incident_is_declared_when_that_is_written_whatever_its_first_entry_tells(incident: IncidentFile) -> None:
    pinned = Draft(EntryKind.NOTE, "first error", "ana", occurred_at=THEN, time_from=TimeSource.LOG_LINE)
    incident.append(pinned)
    declared, note = incident.entries()
    assert (declared.kind, declared.occurred_at, declared.time_from) == (
        EntryKind.DECLARED,
        declared.recorded_at,
        TimeSource.CLOCK,
    )
    assert (note.occurred_at, note.time_from) == (THEN, TimeSource.LOG_LINE)
    assert declared.occurred_at > THEN


def test_secrets_beside_it_are_masked(incident: IncidentFile) -> None:
    data: dict[str, str | None] = {"stream": "DB_PASSWORD=hunter2-hunter2"}
    leak = Draft(EntryKind.NOTE, "x", "ana", occurred_at=THEN, time_from=TimeSource.LOG_LINE, data=data)
    entry = incident.append(leak)
    assert entry.time_from == TimeSource.LOG_LINE
    assert "hunter2" not in (entry.data["stream"] or "")


def test_what_is_retimed_has_its_time_from_a_person_until_that_is_retracted(
    incident: IncidentFile, note: Callable[[str], Draft]
) -> None:
    incident.append(note("api is down"))
    found = incident.append(finding.found("k", "api crashes", THEN, time_from=TimeSource.SERVER))
    retimed = incident.append(correction.retiming(found.sequence, THEN - timedelta(minutes=1), "in the call", "bob"))
    standing = standings(incident.entries())[found.sequence - 1]
    assert (standing.entry.time_from, standing.original.time_from) == (TimeSource.PERSON, TimeSource.SERVER)
    incident.append(correction.retraction(retimed.sequence, "mistyped", "bob"))
    assert standings(incident.entries())[found.sequence - 1].entry.time_from == TimeSource.SERVER


def test_an_entry_on_one_line_says_it_behind_the_time_unless_it_is_the_clock(incident: IncidentFile) -> None:
    incident.append(Draft(EntryKind.DECLARED, "api is down", "ana"))
    incident.append(Draft(EntryKind.NOTE, "first error", "ana", occurred_at=THEN, time_from=TimeSource.LOG_LINE))
    assert [as_text(entry) for entry in incident.entries()] == [
        "    1  2026-11-21T14:08:51.120Z             declared     ana  api is down",
        "    2  2026-11-21T14:02:00.000Z (log line)  note         ana  first error",
    ]


def test_a_file_of_before_is_dated_by_the_clock_alone(tmp_path: Path) -> None:
    file = IncidentFile.create(tmp_path, clock=lambda: THEN)
    file.append(Draft(EntryKind.NOTE, "looking", "ana", occurred_at=THEN - timedelta(minutes=5)))
    assert {entry.time_from for entry in file.entries()} == {TimeSource.CLOCK}
    file.close()
