"""What the sections of a report are made of."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.incident_story import RUNBOOK, START, tell

from cockpit.incident import action_item, change, clock_entry, closing, correction, known
from cockpit.incident.clocks import ClockName, Due
from cockpit.incident.entry import Draft, EntryKind, TimeSource
from cockpit.incident.file import IncidentFile
from cockpit.incident.report.chart import chart
from cockpit.incident.report.compose import compose
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.model import Audience, Report
from cockpit.incident.report.read import read_report
from cockpit.zone import zone_called

Wait = Callable[[timedelta], None]


@pytest.fixture
def record(incident: IncidentFile, wait: Wait) -> Callable[[int, Draft], None]:
    """Records a draft so many minutes after `START`."""
    wait(START - incident._clock())

    def record(minutes: int, draft: Draft) -> None:
        wait(START + timedelta(minutes=minutes) - incident._clock())
        incident.append(draft)

    return record


Record = Callable[[int, Draft], None]


def note(text: str) -> Draft:
    return Draft(EntryKind.NOTE, text, "ana")


def composed(file: IncidentFile, minutes: int = 120) -> Report:
    return compose(file.entries(), RUNBOOK, START + timedelta(minutes=minutes))


def names(report: Report) -> dict[str, int | None]:
    """Give the entry that each known milestone is known from."""
    return {each.name: each.entry for each in report.milestones if each.at is not None}


def test_a_silence_of_more_than_15_minutes_is_a_gap(incident: IncidentFile, record: Record) -> None:
    for minutes in (0, 15, 31):
        record(minutes, note(f"after {minutes}"))
    assert [each.gap for each in composed(incident).timeline] == [None, None, None, timedelta(minutes=16)]


def test_what_was_retracted_ends_no_gap(incident: IncidentFile, record: Record) -> None:
    for minutes in (0, 10, 20):
        record(minutes, note(f"after {minutes}"))
    record(21, correction.retraction(3, "wrong window", "ana"))
    gaps = {each.entry: each.gap for each in composed(incident).timeline}
    assert gaps[4] == timedelta(minutes=20)
    assert gaps[3] is None


def test_an_open_incident_in_which_nothing_happens_any_more_says_so(incident: IncidentFile, record: Record) -> None:
    record(0, note("begin"))
    assert composed(incident, 10).last_gap is None
    assert composed(incident, 45).last_gap == timedelta(minutes=45)
    record(1, Draft(EntryKind.CLOSED, "closed", "ana"))
    assert composed(incident, 45).last_gap is None


def test_how_a_time_is_known_is_said_where_it_is_not_the_clock_and_explained_once(
    incident: IncidentFile, record: Record
) -> None:
    record(0, note("begin"))
    record(1, msgspec.structs.replace(note("first error"), occurred_at=START, time_from=TimeSource.LOG_LINE))
    report = composed(incident, 2)
    assert [each.time_from for each in report.timeline] == ["clock", "clock", "log line"]
    text = written(report, Format.MARKDOWN)
    assert "| note | begin |" in text
    assert "first error (recorded 2026-11-21 23:51:00) · time: log line |" in text
    assert text.count("log line: the line of a log bears it.") == 1
    assert "computed:" not in text


def test_where_all_times_are_those_of_writing_there_is_nothing_to_explain(
    incident: IncidentFile, record: Record
) -> None:
    record(0, note("begin"))
    assert "unless it says otherwise" not in written(composed(incident), Format.MARKDOWN)


def test_customers_are_not_told_how_times_are_known(told: IncidentFile) -> None:
    assert "unless it says otherwise" in written(composed(told), Format.HTML)
    for wanted in (Format.MARKDOWN, Format.HTML, Format.JSON):
        text = written(read_report(told, RUNBOOK, START, Audience.CUSTOMER), wanted)
        assert "unless it says otherwise" not in text
        assert '"time_from"' not in text


def test_a_milestone_is_what_was_said_of_it_last(incident: IncidentFile, record: Record) -> None:
    for minutes in (1, 2):
        record(minutes, Draft(EntryKind.MILESTONE, "mitigated", "ana", data={"milestone": "mitigated"}))
    assert names(composed(incident)) == {"declared": 1, "mitigated": 3}


def test_status_and_clocks_tell_milestones_too(incident: IncidentFile, record: Record) -> None:
    due = Due(ClockName.ACKNOWLEDGE, START, START)
    record(0, clock_entry.met(due, "ana"))
    record(1, change.status(None, "Identified", "ana"))
    record(2, change.status("Identified", "resolved", "ana"))
    assert names(composed(incident)) == {"declared": 1, "acknowledged": 2, "identified": 3, "resolved": 4}


def test_a_role_is_held_until_somebody_else_takes_it_over(incident: IncidentFile, record: Record) -> None:
    for minutes, person in enumerate(("ana", "bob")):
        record(minutes, Draft(EntryKind.ROLE, "leads", "ana", data={"role": "lead", "person": person}))
    first, second = composed(incident).roles
    assert (first.person, first.until) == ("ana", START + timedelta(minutes=1))
    assert (second.person, second.until) == ("bob", None)


def test_a_hypothesis_comes_out_as_it_was_judged_last(told: IncidentFile) -> None:
    assert [(each.text, each.state) for each in composed(told).hypotheses] == [
        ("the database is full", "ruled out"),
        ("revision 12 cannot find its secret", "confirmed"),
    ]


def test_an_action_tells_what_was_wrong_before_it_and_after(told: IncidentFile) -> None:
    rollback, deletion = composed(told).actions
    assert [(each.title, each.over_at) for each in rollback.around] == [
        ("api: 3 of 3 pods crash-loop", START + timedelta(minutes=24))
    ]
    assert [(each.title, each.over_at) for each in deletion.around] == [("web restarted | 6 times", None)]


def test_a_message_is_listed_once_with_the_time_by_which_it_was_due(told: IncidentFile) -> None:
    sent = {(each.name, each.state): (each.at - START, each.due_at) for each in composed(told).messages}
    minutes = timedelta(minutes=1)
    assert sent == {
        ("Initial", "sent"): (9 * minutes, START + 30 * minutes),
        ("Status page", "sent"): (25 * minutes, START + 24 * minutes),
        ("Partners", "failed"): (53 * minutes, None),
        ("Status page", "copied"): (76 * minutes, START + 40 * minutes),
    }


def test_an_update_that_never_came_is_told(incident: IncidentFile, wait: Wait) -> None:
    tell(incident, wait, until=10)
    assert composed(incident, 20).update_due_at is None
    assert composed(incident, 30).update_due_at == START + timedelta(minutes=24)
    text = written(composed(incident, 30), Format.MARKDOWN)
    assert "People had to be told again by 2026-11-22 00:14:00 UTC; nothing says that they were." in text


def test_saying_that_people_were_told_elsewhere_counts(incident: IncidentFile, record: Record) -> None:
    record(0, change.severity(None, "SEV1", "ana"))
    record(9, clock_entry.met(Due(ClockName.UPDATE, START, START), "ana"))
    first = next(each for each in composed(incident).measures if each.name == "time to first update")
    assert first.value == timedelta(minutes=9)


def test_a_scenario_is_listed_once_one_of_its_steps_was_touched(incident: IncidentFile, record: Record) -> None:
    record(0, note("begin"))
    assert [phase.title for phase in composed(incident).checklist.phases] == ["Triage", "Mend"]
    record(1, Draft(EntryKind.STEP, "x", "ana", data={"step": "cert", "state": "done"}))
    assert [phase.title for phase in composed(incident).checklist.phases][-1] == "Certificate expired"


def test_steps_tell_why(told: IncidentFile) -> None:
    text = written(composed(told), Format.MARKDOWN)
    assert "- [-] Ask DNS (skipped: bob, 2026-11-22 00:03:00; all answers were right)" in text
    assert "- [!] Add replicas (failed: bob, 2026-11-22 00:41:00; no room \\| on the nodes)" in text


def test_evidence_is_linked_and_what_was_removed_says_why(told: IncidentFile) -> None:
    pods, log = composed(told).evidence
    assert (pods.name, pods.media_type, pods.size, pods.removed) == ("pods.svg", "image/svg+xml", 219, None)
    assert (log.name, log.removed) == ("api.log", "it held a customer's name")
    captured = next(each for each in composed(told).timeline if each.entry == pods.entry)
    assert captured.evidence == (pods.sha256,)


def test_an_action_item_is_listed_once_as_it_stands(told: IncidentFile) -> None:
    listed = [(each.text, each.owner, each.due, each.status, each.why) for each in composed(told).follow_ups]
    assert listed == [
        ("alarm on missing secrets", "bob", "2026-12-01", "open", ""),
        ("ask @cleo for a review", "cleo", None, "done", ""),
        ("warm the cache | before traffic", None, None, "dropped", "the balancer keeps it warm"),
    ]


def test_what_is_done_is_ticked_and_what_was_dropped_struck_out_with_why(told: IncidentFile) -> None:
    text = written(composed(told), Format.MARKDOWN)
    assert "| alarm on missing secrets | bob | 2026-12-01 | open |" in text
    assert "| ask @cleo for a review | cleo | no date yet | ✔ done |" in text
    struck = "~~warm the cache \\| before traffic~~"
    assert f"| {struck} | nobody yet | no date yet | dropped: the balancer keeps it warm |" in text
    assert "<s>warm the cache | before traffic</s>" in written(composed(told), Format.HTML)


def test_what_an_item_was_made_of_is_no_loose_end(incident: IncidentFile, record: Record) -> None:
    record(0, Draft(EntryKind.HYPOTHESIS, "the pool", "ana", data={"hypothesis": "h1", "state": "open"}))
    left = "neither confirmed nor ruled out: the pool"
    assert left in composed(incident).loose_ends
    record(1, action_item.draft(action_item.new(action_item.Typed("read the pool's log"), left), "ana"))
    assert left not in composed(incident).loose_ends


def test_a_note_is_a_note_whatever_it_begins_with(incident: IncidentFile, record: Record) -> None:
    record(0, note("todo: add an alarm"))
    assert composed(incident).follow_ups == ()


def test_issues_notify_nobody(incident: IncidentFile, record: Record) -> None:
    record(0, action_item.draft(action_item.new(action_item.Typed("thank @ana and @all", "@ana")), "ana"))
    assert "@a" not in written(composed(incident), Format.GITHUB)


def test_the_tick_that_stopped_the_clock_is_the_milestone(incident: IncidentFile, record: Record) -> None:
    record(0, change.severity(None, "SEV1", "ana"))
    data: dict[str, str | None] = {"step": "ack", "state": "done"}
    record(3, Draft(EntryKind.STEP, "✔ Acknowledge the page", "ana", data=data))
    record(9, Draft(EntryKind.STEP, "Acknowledge the page: by phone", "bob", data={**data, "note": "by phone"}))
    report = composed(incident)
    assert names(report)["acknowledged"] == 3
    assert next(each.value for each in report.measures if each.name == "time to acknowledge") == timedelta(minutes=3)


def test_an_incident_of_nothing_can_be_written_in_every_format() -> None:
    empty = compose([], RUNBOOK, START)
    for wanted in Format:
        assert written(empty, wanted)


def test_an_incident_that_never_ended_can_be_written_in_every_format(incident: IncidentFile, wait: Wait) -> None:
    tell(incident, wait, until=24)
    for wanted in Format:
        assert written(composed(incident), wanted)
    assert composed(incident).lasted == timedelta(hours=2)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "local"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar_can_be_written(
    incident: IncidentFile, record: Record, moment: str, zone: str
) -> None:
    record(0, note("begin"))
    retiming = {"entry": "2", "to": moment, "reason": "a slip"}
    record(1, Draft(EntryKind.RETIMED, "a slip", "ana", data=dict(retiming)))
    for wanted in Format:
        assert written(composed(incident), wanted, zone_called(zone))


def test_an_incident_of_one_moment_can_be_drawn(incident: IncidentFile, record: Record) -> None:
    record(0, note("begin"))
    assert "<svg" in written(composed(incident), Format.HTML)


def test_the_shape_of_the_json_is_documented() -> None:
    documented = (Path(__file__).parents[3] / "docs" / "report.md").read_text("utf-8")
    assert [name for name in Report.__struct_fields__ if f"`{name}`" not in documented] == []


def test_data_that_makes_no_sense_breaks_nothing(told: IncidentFile) -> None:
    for data in (
        {},
        dict.fromkeys(("step", "state", "to", "token", "sha256", "bytes", "clock", "role", "entry"), "x y"),
    ):
        entries = [msgspec.structs.replace(entry, data=data) for entry in told.entries()]
        for wanted in Format:
            assert written(compose(entries, RUNBOOK, START), wanted)


def test_who_tells_later_what_was_earlier_was_first_there_when_they_told_it(
    incident: IncidentFile, record: Record
) -> None:
    record(0, note("first"))
    record(5, known.milestone("mitigated", START - timedelta(minutes=30), "bob"))
    (bob,) = [each for each in composed(incident).people if each.name == "bob"]
    assert (bob.first, bob.last) == (START + timedelta(minutes=5), START + timedelta(minutes=5))


def test_the_drawing_goes_to_the_end_of_what_lasts(incident: IncidentFile, record: Record) -> None:
    record(0, change.severity(None, "SEV2", "ana"))
    record(3, note("the last entry"))
    drawn = chart(composed(incident, 5))
    assert drawn is not None
    assert (drawn.end, drawn.lanes[0].bars[0].end) == (START + timedelta(minutes=5),) * 2


def test_an_incident_that_was_opened_again_lasted_to_its_last_close(incident: IncidentFile, record: Record) -> None:
    record(0, change.severity(None, "SEV2", "ana"))
    record(10, closing.closed("ana"))
    record(20, closing.reopened("bob"))
    record(30, closing.closed("cleo"))
    report = composed(incident)
    assert (report.closed_at, report.lasted) == (START + timedelta(minutes=30), timedelta(minutes=30))
    assert report.time_at == {"SEV2": timedelta(minutes=20)}
