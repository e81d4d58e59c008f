"""Messages are filled with what is known; what is not known stays to be seen, and examples are nobody's facts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from cockpit.incident.entry import Entry, EntryKind, EntrySource
from cockpit.incident.messages.blanks import BLANK, hole, holes
from cockpit.incident.messages.built_in import BUILT_IN
from cockpit.incident.messages.facts import facts_of, lasting
from cockpit.incident.messages.fill import fill, split_title
from cockpit.incident.messages.kinds import templates
from cockpit.incident.messages.template import Audience, Purpose, Template
from cockpit.incident.state import ActionState, FindingState, IncidentState
from cockpit.runbooks.load import load_builtin, load_runbook
from cockpit.runbooks.model import Message, Runbook, Severity

NOW = datetime(2026, 11, 21, 14, 23, tzinfo=UTC)
SEEDS = Path(__file__).parents[2] / "runbooks" / "seeds"
NAME = "INC-2026-11-21-001"


def state_at(severity: str | None, status: str | None = "investigating", **more: object) -> IncidentState:
    known = IncidentState(
        declared_at=NOW - timedelta(minutes=13),
        severity=severity,
        severity_since=NOW - timedelta(minutes=12),
        status=status,
        findings=(FindingState("crash", "api: 3 of 3 pods crash-loop", NOW - timedelta(minutes=15)),),
        actions={
            "1": ActionState("rollback deployment/api to revision 11", "", "ana", NOW, "done"),
            "2": ActionState("restart deployment/web", "", "ana", NOW, "refused"),
        },
        roles={"lead": "ana"},
    )
    return msgspec.structs.replace(known, **more)


def filled(runbook: Runbook, name: str, state: IncidentState, entries: tuple[Entry, ...] = ()) -> str:
    template = next(each for each in templates(runbook) if each.name == name)
    return fill(template, facts_of(NAME, entries, state, runbook, NOW, audience=template.audience))


def seed(number: str) -> Runbook:
    return load_runbook(SEEDS / f"{number}.md")


def team_message(text: str, name: str = "Update") -> Runbook:
    own = Message(name, "slack", (), text)
    return Runbook("", (Severity("SEV2", "", update_minutes=30),), (), (), messages=(own,))


def entry(kind: EntryKind, text: str, source: EntrySource = EntrySource.PERSON) -> Entry:
    return Entry(1, NOW, NOW, kind, "ana", source, text, {}, "", "")


def status_change(before: str, after: str) -> Entry:
    return msgspec.structs.replace(entry(EntryKind.STATUS, "status"), data={"from": before, "to": after})


def message(state: str) -> Entry:
    return msgspec.structs.replace(entry(EntryKind.MESSAGE, "message"), data={"state": state})


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_no_blank_of_any_template_is_left_raw(number: str) -> None:
    runbook = seed(number)
    state = state_at(runbook.severities[0].name)
    for message in runbook.messages:  # documents as well
        own = Template(message.name, Purpose.UPDATE, message.text, "slack", subject=message.subject, own=True)
        text = fill(own, facts_of(NAME, (), state, runbook, NOW))
        left = [found[0] for found in BLANK.finditer(text) if not found["filled"] and found[0] != NAME]
        assert [each for each in left if each != "[Autolytiq]"] == []


def test_known_things_stand_in_the_announcement_of_a_team() -> None:
    text = filled(seed("003"), "Slack Incident Channel Message (Initial)", state_at("P2"))
    assert "Severity: P2\nSummary: api: 3 of 3 pods crash-loop\n" in text
    assert "Started: 2026-11-21 14:08 UTC" in text
    assert "Incident Commander: ana" in text
    assert holes(text) == ("impact", "technical lead", "link to incident doc")


def test_findings_and_actions_are_listed_in_the_place_of_numbered_blanks() -> None:
    text = filled(seed("003"), "Slack Status Update", state_at("P2"))
    assert "What we know:\n- api: 3 of 3 pods crash-loop\n\n" in text
    assert "Actions taken:\n- rollback deployment/api to revision 11\n\n" in text
    assert "Duration: 15 minutes\n" in text


def test_the_next_update_is_what_the_policy_says_and_not_what_the_template_promises() -> None:
    text = filled(seed("002"), "Communication Template", state_at("SEV2"))
    assert "Updates will be provided every 30 minutes." in text
    assert "15 minutes" not in text
    assert "every 15 minutes" in filled(seed("002"), "Communication Template", state_at("SEV1"))
    assert "Next Update: 2026-11-21 14:53 UTC" in filled(seed("003"), "Slack Status Update", state_at("P2"))


def test_without_a_severity_nothing_is_promised() -> None:
    text = filled(seed("002"), "Communication Template", state_at(None))
    assert "every [to be filled: how often]" in text
    assert "**Severity**: [to be filled: severity]" in text


def test_examples_of_a_template_are_not_told_as_facts() -> None:
    text = filled(seed("002"), "Communication Template", state_at("SEV1"))
    assert "**Severity**: SEV1" in text
    for example in (">2s", "10%", "2024", "@engineer", "SEV2"):
        assert example not in text
    assert {"impact", "affected"} <= set(holes(text))


def test_times_have_their_date_and_their_zone_and_not_that_of_the_template() -> None:
    text = filled(seed("003"), "Status Page - Investigating", state_at("P1"))
    assert text.endswith("Posted: 2026-11-21 14:23 UTC")
    assert "ET" not in text


def test_customers_are_not_told_what_the_cockpit_found() -> None:
    for template in templates(seed("003")):
        if template.audience is Audience.CUSTOMER:
            assert "crash-loop" not in filled(seed("003"), template.name, state_at("P1"))


def test_the_sender_in_a_subject_is_no_blank() -> None:
    text = filled(seed("003"), "Customer Email Template (P1/P2)", state_at("P1"))
    assert split_title(text)[0] == "[Autolytiq] Service Incident Update - 2026-11-21"
    assert text.count("Subject:") == 1


def test_a_label_above_says_which_time_is_meant_and_no_more() -> None:
    text = filled(seed("004"), "Incident Notification", state_at("P0"))
    assert "NEXT UPDATE:\n2026-11-21 14:53 UTC\n" in text
    assert "CURRENT STATUS:\n[to be filled: 2-3 sentences on what's happening]" in text


def test_a_message_that_says_resolved_stays_so() -> None:
    state = state_at("P0", "mitigating")
    assert "Status: RESOLVED\nResolution Time: [to be filled: resolution time]" in filled(
        seed("004"), "Resolution Notification", state
    )


def test_what_was_resolved_tells_when_and_how_long() -> None:
    ended = status_change("monitoring", "resolved")
    text = filled(seed("004"), "Resolution Notification", state_at("P0", "resolved"), (ended,))
    assert "Resolution Time: 2026-11-21 14:23 UTC\nTotal Duration: 15 minutes" in text
    assert "no more updates" in filled(load_builtin(), "Update", state_at("SEV1", "resolved"), (ended,))


def test_updates_are_numbered_and_tell_the_status_before() -> None:
    entries = (
        message("sent"),
        message("drafted"),
        status_change("investigating", "mitigating"),
    )
    numbered = tuple(msgspec.structs.replace(each, sequence=at) for at, each in enumerate(entries, 1))
    text = filled(seed("004"), "Status Update", state_at("P0", "mitigating"), numbered)
    assert "Update #: 2\n" in text
    assert "Previous: investigating\nCurrent: mitigating" in text


def test_the_title_is_what_a_person_called_it() -> None:
    entries = (entry(EntryKind.DECLARED, "checkout is down"),)
    assert "🚨 INCIDENT: checkout is down\n" in filled(seed("000"), "Communication Template", state_at("SEV1"), entries)
    own = (entry(EntryKind.DECLARED, "Incident opened", EntrySource.COCKPIT),)
    assert "INCIDENT: api: 3 of 3 pods" in filled(seed("000"), "Communication Template", state_at("SEV1"), own)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{severity} since <start time>", "SEV2 since 2026-11-21 14:08 UTC"),
        ("{{ incident_id }} is ${status}", f"{NAME} is investigating"),
        ("INC-YYYY-MM-DD-NNN, INC-…, INC-1234", f"{NAME}, {NAME}, {NAME}"),
        ("SEV[1/2/3] or P0/P1/P2 at HH:MM UTC", "SEV2 or SEV2 at 2026-11-21 14:23 UTC"),
        ("<impact>", "[to be filled: impact]"),
        ("see [the dashboard](https://example.test/x) and <b>that</b>", None),
        ("- [ ] tick\n- [x] ticked", None),
        ("<@U123> <!here> <https://example.test|x> a < b > c", None),
        ("Severity: {severity} · Status: {status}", "Severity: SEV2 · Status: investigating"),
        ("updates every [X] hours", "updates every 30 minutes"),
        ("Contact: oncall@example.test", None),
        ("@[name of the lead]", "@[to be filled: name of the lead]"),
    ],
)
def test_blanks_in_all_their_shapes(text: str, told: str | None) -> None:
    assert filled(team_message(text), "Update", state_at("SEV2")) == (text if told is None else told)


def test_what_is_filled_in_is_not_taken_for_a_blank_again() -> None:
    found = (FindingState("x", "pod [Time] of {severity} on <impact>", NOW),)
    text = filled(team_message("We see [Finding 1]"), "Update", state_at("SEV2", findings=found))
    assert text == "We see pod [Time] of {severity} on <impact>"


def test_text_from_outside_does_not_steer_the_terminal_and_brings_no_secret() -> None:
    found = (FindingState("x", "\x1b]52;c;aGk=\x07env PASSWORD=hunter2secret in api", NOW),)
    text = filled(load_builtin(), "Initial message", state_at("SEV1", findings=found))
    assert "\x1b" not in text
    assert "hunter2" not in text
    assert "PASSWORD=[redacted:password]" in text


def test_every_built_in_message_is_filled_but_for_what_only_people_know() -> None:
    known = (
        entry(EntryKind.DECLARED, "checkout is down"),
        status_change("monitoring", "resolved"),
    )
    entries = tuple(msgspec.structs.replace(each, sequence=at) for at, each in enumerate(known, 1))
    runbook = load_builtin()
    asked = {
        name for each in BUILT_IN for name in holes(filled(runbook, each.name, state_at("SEV1", "resolved"), entries))
    }
    assert asked == {
        "impact",
        "next step",
        "root cause",
        "service",
        "symptom",
        "escalate to",
        "what we need",
        "where",
        "link to the report",
    }


def test_long_lists_are_short_in_a_message() -> None:
    found = tuple(FindingState(str(at), f"finding {at}", NOW) for at in range(40))
    text = filled(load_builtin(), "Initial message", state_at("SEV1", findings=found))
    assert text.count("- finding") == 5


def test_a_hole_is_a_line_of_its_own_making() -> None:
    assert hole("**[Impact]\n on {users}**:") == "[to be filled: impact on users]"
    assert holes("[to be filled: a] x [to be filled: b] [to be filled: a]") == ("a", "b")


def test_how_long_something_lasted() -> None:
    assert lasting(timedelta(minutes=1, seconds=50)) == "1 minute"
    assert lasting(timedelta(minutes=59)) == "59 minutes"
    assert lasting(timedelta(hours=26, minutes=5)) == "26 h 05 min"


def test_over_midnight_the_dates_tell_the_days_apart() -> None:
    midnight = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
    state = state_at("P2", findings=(FindingState("x", "slow", midnight - timedelta(minutes=20)),))
    runbook = seed("003")
    template = next(each for each in templates(runbook) if each.name == "Slack Incident Channel Message (Initial)")
    text = fill(template, facts_of(NAME, (), state, runbook, midnight))
    assert "Started: 2026-11-21 23:50 UTC" in text
    assert "Next Update: 2026-11-22 00:40 UTC" in text
