"""Five runbooks as their teams wrote them.

What is expected of each is what its text says, line by line. The steps of a file are also added up by their kinds, as a
second count that knows nothing of headings; which headings are phases is the rule of `cockpit.runbooks.outline`.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cockpit.runbooks.load import open_runbook
from cockpit.runbooks.model import Runbook, Step
from cockpit.runbooks.source import prepare

SEEDS = Path(__file__).parent / "seeds"
NUMBERS = ("000", "001", "002", "003", "004")
FENCES = {"000": 41, "001": 13, "002": 32, "003": 24, "004": 45}

STEPS = {
    # numbered comments in fences, fences of commands without such
    "000": 57 + 26,
    # numbered items, numbered comments, fences that stand in no item
    "001": 36 + 3 + 6,
    # numbered items less the list of phases, comments, bold numbers, bullets for a severity, fences that stand alone
    "002": (44 - 7) + 13 + 7 + 8 + 8,
    # numbered items less the table of contents, lists in bare fences, fences of scenarios, bullets below "Resolution"
    "003": (35 - 7) + 7 + 10 + 9,
    # numbered items, numbered comments, boxes, "Step" and "Option" headings, notifications, fences that stand alone
    "004": 33 + 40 + 6 + 10 + 3 + 2,
}

PHASES: dict[str, list[tuple[str, int]]] = {
    "000": [
        ("Essential Commands", 1),
        ("1. Service Health Checks", 3),
        ("2. Viewing Logs", 3),
        ("Scenario 1: Pod Not Starting (ImagePullBackOff)", 6),
        ("Scenario 2: Pod Crashing (CrashLoopBackOff)", 9),
        ("Scenario 3: Service Returning 503 Errors", 9),
        ("Scenario 4: Agent Runs Failing", 7),
        ("Scenario 5: Webhook Not Triggering", 7),
        ("4. Monitoring & Alerting", 2),
        ("5. Routine Maintenance", 4),
        ("6. Deployment Procedures", 14),
        ("7. Incident Response", 6),
        ("8. Troubleshooting Tools", 3),
        ("9. Performance Tuning", 4),
        ("10. Backup & Recovery", 5),
    ],
    "001": [
        ("Step 1: Acknowledge & Assess (0-5 minutes)", 3),
        ("Step 2: Investigate (5-30 minutes)", 4),
        ("Step 3: Mitigate (Immediate)", 8),
        ("Step 4: Resolve (30 minutes - 2 hours)", 4),
        ("Step 5: Post-Incident (Within 24 hours)", 4),
        ("Scenario 1: Database Connection Pool Exhausted", 5),
        ("Scenario 2: API Rate Limiting Issues", 5),
        ("Scenario 3: Deployment Failure", 5),
        ("Scenario 4: Security Incident", 6),
        ("Quick Commands", 1),
    ],
    "002": [
        ("Phase 1: Detection", 3),
        ("Phase 2: Triage", 1),
        ("Phase 3: Communication", 9),
        ("Phase 4: Investigation", 14),
        ("Phase 5: Resolution", 10),
        ("Phase 6: Recovery", 10),
        ("Phase 7: Post-Incident Review", 10),
        ("Essential Tools", 4),
        ("Command Reference", 1),
        ("During Incident", 6),
        ("After Incident", 5),
    ],
    "003": [
        ("Primary On-Call", 7),
        ("Secondary On-Call", 4),
        ("Via PagerDuty", 4),
        ("Via Slack", 3),
        ("Phase 1: Detection & Triage (0-15 minutes)", 4),
        ("Phase 2: Investigation (15-60 minutes)", 3),
        ("Phase 3: Mitigation (As Soon as Possible)", 3),
        ("Phase 4: Resolution", 3),
        ("Meeting Structure (60 minutes)", 4),
        ("High Error Rate (5xx)", 1),
        ("Connection Pool Exhausted", 2),
        ("Slow Queries", 4),
        ("Pod OOMKilled", 2),
        ("SSL Certificate Expired", 2),
        ("JWT Validation Failures", 4),
        ("Third-Party API Down", 4),
    ],
    "004": [
        ("1. Detection and Alerting", 1),
        ("2. Initial Assessment (5 Minutes)", 6),
        ("3. Stakeholder Notification", 3),
        ("4. Investigation and Diagnosis", 5),
        ("5. Mitigation and Resolution", 5),
        ("6. Post-Incident Review", 5),
        ("Incident 1: High CPU Usage", 10),
        ("Incident 2: Memory Leak", 9),
        ("Incident 3: Database Connection Issues", 10),
        ("Incident 4: API Rate Limiting", 9),
        ("Incident 5: Test Suite Failures", 10),
        ("Incident 6: Plugin Load Failures", 10),
        ("Incident 7: Security Alert Triggered", 10),
        ("Useful Commands Reference", 1),
    ],
}

SEVERITIES: dict[str, list[tuple[Any, ...]]] = {
    # name, response, resolution and update in minutes, and the words where they are no plain number
    "000": [("SEV1", 0, None, None), ("SEV2", 15, None, None), ("SEV3", 60, None, None), ("SEV4", 240, None, None)],
    "001": [("P0", None, None, None), ("P1", None, None, None), ("P2", None, None, None), ("P3", None, None, None)],
    "002": [("SEV1", 15, None, 15), ("SEV2", 30, None, 30), ("SEV3", 120, None, 120), ("SEV4", None, None, None)],
    "003": [("P1", 5, 60, 15), ("P2", 15, 240, 30), ("P3", 60, 1440, None), ("P4", 240, 10080, None)],
    "004": [("P0", 5, 120, 30), ("P1", 15, 240, 30), ("P2", 60, 1440, 120), ("P3", None, 10080, None)],
}

MESSAGES = {
    "000": ["Communication Template"],
    "001": ["Document", "Update Status", "Initial Incident Report", "Status Update", "Resolution"],
    "002": [
        "Document Impact",
        "Communication Template",
        "Update Template",
        "Update Status Page",
        "Create Post-Mortem Document",
    ],
    "003": [
        "Slack Incident Channel Message (Initial)",
        "Slack Status Update",
        "Slack Resolution Message",
        "Status Page - Investigating",
        "Status Page - Identified",
        "Status Page - Monitoring",
        "Status Page - Resolved",
        "Customer Email Template (P1/P2)",
        "Post-Incident Document Template",
    ],
    "004": [
        "Document Initial Findings",
        "P0/P1 Notification (Immediate)",
        "Post-Mortem Template",
        "Incident Notification",
        "Status Update",
        "Resolution Notification",
        "Post-Mortem Invitation",
    ],
}

Seed = Callable[[str], Runbook]


@pytest.fixture(scope="module")
def seed() -> Seed:
    read = {number: open_runbook(SEEDS / f"{number}.md") for number in NUMBERS}
    return read.__getitem__


def step(runbook: Runbook, text: str, phase: str = "") -> Step:
    found = [s for p in runbook.phases for s in p.steps if s.text == text and phase in p.title]
    assert len(found) == 1, [s.text for s in found]
    return found[0]


def commands(step: Step) -> list[str]:
    return [command.text for command in step.commands]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_phase_and_every_step_is_there(seed: Seed, number: str) -> None:
    assert [(phase.title, len(phase.steps)) for phase in seed(number).phases] == PHASES[number]
    assert sum(len(phase.steps) for phase in seed(number).phases) == STEPS[number]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_severity_has_what_it_promises(seed: Seed, number: str) -> None:
    read = [(s.name, s.response_minutes, s.resolution_minutes, s.update_minutes) for s in seed(number).severities]
    assert read == SEVERITIES[number]
    assert all(severity.definition for severity in seed(number).severities)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_fence_is_counted_and_every_template_is_a_message(seed: Seed, number: str) -> None:
    assert seed(number).fences == FENCES[number]
    assert [message.name for message in seed(number).messages] == MESSAGES[number]


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from (text for value in data.values() for text in strings(value))
    elif isinstance(data, list | tuple):
        yield from (text for value in data for text in strings(value))


@pytest.mark.parametrize("number", NUMBERS)
def test_no_line_of_any_fence_is_lost(seed: Seed, number: str) -> None:
    kept = " ".join(" ".join(strings(msgspec.to_builtins(seed(number)))).split())
    inside, lost = False, []
    for line in prepare((SEEDS / f"{number}.md").read_text("utf-8")).markdown.split("\n"):
        if line.lstrip().startswith("```"):
            inside = not inside
        elif inside:
            bare = re.sub(r"^(?:#|--)\s*(?:\d\. )?(?:(?:Expected output|Expected|Returns): )?", "", line.strip())
            lost += [] if " ".join(re.sub(r"^\d\. ", "", bare).split()).removesuffix(":") in kept else [line]
    assert lost == []


@pytest.mark.parametrize("number", NUMBERS)
def test_steps_have_ids_of_their_own(seed: Seed, number: str) -> None:
    ids = [step.id for phase in seed(number).phases for step in phase.steps]
    assert len(set(ids)) == len(ids)


def test_words_stand_beside_numbers(seed: Seed) -> None:
    assert [s.response_words for s in seed("000").severities] == ["Immediate", "15 minutes", "1 hour", "4 hours"]
    assert seed("002").severities[0].response_words == "Immediate (< 15 min)"
    assert seed("002").severities[3].response_words == "Next business day"
    assert seed("002").severities[3].update_words == "As needed"
    assert seed("003").severities[3].response_words == "< 4 hours (business hours)"
    assert seed("003").severities[2].update_words == "At start, major updates, and resolution"
    assert seed("004").severities[3].response_words == "Next business day"
    assert seed("004").severities[0].resolution_words == "1-2 hours"


def test_numbered_comments_in_a_fence_are_steps_with_their_commands(seed: Seed) -> None:
    recreate = step(seed("000"), "Recreate imagePullSecret (if needed)")
    assert recreate.group == "Fix"
    assert [command.split("\n")[0] for command in commands(recreate)] == [
        "kubectl delete secret regcred -n incidentfox",
        "kubectl create secret docker-registry regcred \\",
    ]
    assert commands(recreate)[1].endswith("-n incidentfox")
    assert commands(step(seed("000"), "If RDS is private, verify security group allows traffic from EKS nodes")) == []
    checked = step(seed("004"), "Check for memory growth pattern")
    assert commands(checked) == ["while true; do\n  ps -p [PID] -o rss,vsz,cmd\n  sleep 60\ndone"]
    assert checked.notes == ("Monitor memory over time",)


def test_what_a_command_should_show_stands_with_its_step(seed: Seed) -> None:
    recovery = seed("002").phases[5]
    assert [(s.text, s.expect) for s in recovery.steps[:6]] == [
        ("All services healthy", "All pods should be Running"),
        ("Health checks passing", "Should return 200 OK"),
        ("Error rates normal", "Error rate < 0.1%"),
        ("Latency normal", "Should be < 200ms"),
        ("No alerts firing", "All alerts should be green"),
        ("User reports resolved", None),
    ]
    health = step(seed("000"), "Manual Health Checks")
    assert commands(health) == ["kubectl get pods -n incidentfox"]
    assert health.expect is not None
    assert health.expect.startswith("All pods Running, 2/2 READY\nNAME ")
    assert len(health.expect.split("\n")) == 10


def test_gates_hold_the_last_step_before_them(seed: Seed) -> None:
    gated = [(s.text, s.gate) for phase in seed("002").phases for s in phase.steps if s.gate]
    assert gated == [
        ("Document Start Time", "Incident confirmed and documented"),
        ("Quick Triage Commands", "Severity level assigned"),
        ("Data Issues", "Top 2-3 hypotheses identified"),
        ("Verify Fix", "Metrics returned to normal, no errors"),
        ("Monitor for Regression", "All metrics normal for 15+ minutes"),
    ]


def test_durations_are_timers(seed: Seed) -> None:
    first, *_ = seed("002").phases
    assert [(t.title, t.words, t.minutes) for t in first.timers] == [("Initial Actions", "1-5 minutes", 5)]
    permanent = seed("002").phases[4].timers[1]
    assert (permanent.words, permanent.minutes) == ("Varies (30 minutes to several hours)", None)
    assert [phase.timers[0].minutes for phase in seed("000").phases[3:8]] == [10, 30, 15, 30, 20]
    assert [phase.timers[0].minutes for phase in seed("001").phases[:5]] == [5, 30, 0, 120, 1440]


def test_scenarios_and_reference_are_told_from_phases(seed: Seed) -> None:
    kinds = {n: [phase.kind for phase in seed(n).phases] for n in NUMBERS}
    assert kinds["001"] == ["phase"] * 5 + ["scenario"] * 4 + ["reference"]
    assert kinds["002"] == ["phase"] * 7 + ["reference"] * 4
    assert kinds["003"] == ["reference"] * 4 + ["phase"] * 4 + ["reference"] + ["scenario"] * 7
    assert kinds["004"] == ["phase"] * 6 + ["scenario"] * 7 + ["reference"]
    assert kinds["000"].count("scenario") == 5


def test_steps_for_some_severities_say_so(seed: Seed) -> None:
    assert {s.when for s in seed("000").phases[11].steps} == {("SEV1",)}
    assert step(seed("001"), "If security breach").when == ("P0",)
    assert step(seed("002"), "Team notification only").when == ("SEV3", "SEV4")
    assert step(seed("004"), "Post in team Slack/Teams channel with summary").when == ("P2",)


def test_escalation_matrices_are_rules(seed: Seed) -> None:
    by_time = seed("003").escalation
    assert len(by_time) == 16
    assert [(r.after_minutes, r.to) for r in by_time if r.severity == "P1"] == [
        (0, "Primary + Secondary On-Call"),
        (30, "Engineering Manager"),
        (60, "VP Engineering"),
        (120, "CTO"),
    ]
    assert [r.to for r in by_time if r.severity == "P4"] == ["Primary On-Call", None, None, None]
    hand_over = [r for r in seed("004").escalation if r.severity == "P1" and r.line > 990]
    assert [(r.origin, r.to, r.after_minutes) for r in hand_over] == [
        ("L1", "L2", 30),
        ("L2", "L3", 60),
        ("L3", "Management", 120),
    ]
    to_lead = [r for r in seed("001").escalation if r.to == "Engineering Lead" and r.severity]
    assert [(r.severity, r.after_minutes) for r in to_lead] == [("P0", 30), ("P1", 120)]
    assert [r.words for r in seed("001").escalation if r.to == "CEO" and r.after_minutes == 240] == [
        "Service unavailable > 4 hours"
    ]


def test_contacts_thresholds_and_statuses(seed: Seed) -> None:
    assert [(c.role, c.ways) for c in seed("003").contacts][:2] == [
        ("Engineering Manager", ("@eng-manager", "@backup-manager")),
        ("VP Engineering", ("@vp-eng", "PagerDuty")),
    ]
    assert len(seed("003").contacts) == 6
    assert len(seed("004").contacts) == 8
    assert [threshold.limit for threshold in seed("000").thresholds] == [
        ">5 in 1 hour", ">80% sustained", ">85%", ">80%", ">5 seconds", ">5% of requests", ">80% of max",
    ]  # fmt: skip
    four = ("investigating", "identified", "monitoring", "resolved")
    three = ("investigating", "mitigating", "resolved")
    assert [seed(number).statuses for number in NUMBERS] == [four, three, (), four, three]


def test_messages_know_channel_subject_and_fields(seed: Seed) -> None:
    channels = [message.channel for message in seed("003").messages]
    assert channels == ["slack"] * 3 + ["status page"] * 4 + ["email", "document"]
    assert seed("003").messages[7].subject == "[Autolytiq] Service Incident Update - [Date]"
    notified = seed("004").messages[1]
    assert notified.recipients == "Engineering Lead, Product Owner, Support Lead"
    assert notified.subject == "[P0/P1] Production Incident - [Brief Description]"
    fields = ("Severity", "Status", "Impact", "Started", "Updates", "Root Cause", "Resolution")
    assert seed("000").messages[0].fields == fields


def test_two_runbooks_contradict_themselves(seed: Seed) -> None:
    contradictions = {n: [(r.line, r.text) for r in seed(n).contradictions] for n in NUMBERS}
    assert contradictions == {
        "000": [],
        "001": [],
        "002": [(173, "SEV2: the update interval is 15 min here, and 30 min in line 200")],
        "003": [],
        "004": [(997, "P0: L1 hands over to L2 after 15 min here, and after 30 min in line 940")],
    }


def test_tables_about_something_else_are_listed_by_line(seed: Seed) -> None:
    unread = {number: [remark.line for remark in seed(number).unread] for number in NUMBERS}
    assert unread == {
        "000": [47, 49, 50, 51, 52],
        "001": [],
        "002": [],
        "003": [599, 601, 602, 603, 604, 792, 794, 795, 796, 797, 798, 799, 800, 806, 808],
        "004": [1198, 1200],
    }
    assert seed("003").unread[1].text == "table: Upstream service down | Restart/rollback upstream service"


def test_damaged_characters_are_mended_and_told(seed: Seed) -> None:
    assert [remark.line for remark in seed("000").repaired] == [378, 379, 380, 655]
    assert [remark.line for remark in seed("001").repaired] == [25, 440, 463, 479]
    assert len(seed("002").repaired) == 16
    assert seed("000").messages[0].text.startswith("\N{POLICE CARS REVOLVING LIGHT} INCIDENT: [Title]")
    tree = seed("002").decisions[0].split("\n")
    assert (tree[1], tree[8]) == ("├─ YES → SEV1", "└─ NO → SEV4")


def test_a_table_of_contents_and_a_list_of_the_phases_ask_for_nothing(seed: Seed) -> None:
    texts = {s.text for number in ("002", "003") for phase in seed(number).phases for s in phase.steps}
    assert not any("Identify the incident" in text or "On-Call Responsibilities" in text for text in texts)
    assert "Detection - Identify the incident" in {note.text for note in seed("002").notes}
