"""The incident report in Markdown says what was recorded, and nothing else."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from support.reports import markdown_of

from cockpit.incident import action, correction, finding
from cockpit.incident.chain import first_broken
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource
from cockpit.incident.file import IncidentFile
from cockpit.runbooks.model import Phase, Runbook, Severity, Step

START = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
RUNBOOK = Runbook(
    title="Shop",
    severities=(Severity("SEV1", "all is lost"),),
    statuses=("investigating", "identified", "monitoring", "resolved"),
    phases=(
        Phase("Triage", (Step("ack", "Acknowledge the page"), Step("sev", "Set the severity"))),
        Phase("Close", (Step("tell", "Tell everybody"),)),
    ),
)
HOSTILE = [
    "a | b | c",
    "line\n# heading\n\n| x | y |\n|---|---|\n",
    "</td></tr><script>alert(1)</script> <!-- &lt;b&gt;",
    "**bold** _it_ ~~no~~ `code` [link](http://x) ![i](http://x) <http://x> \\",
    "\x1b[2J\x07\0 \u202e \u2028 ]( $x$ #1 @all",
    "- [x] done\n> quote\n---\n===\n```\n",
]


@pytest.fixture
def recorded(incident: IncidentFile, wait: Callable[[timedelta], None]) -> list[Entry]:
    """An incident that went over midnight, was closed, and has one late note and one tick of another runbook."""

    def step(name: str, text: str, state: str) -> Draft:
        data: dict[str, str | None] = {"step": name, "phase": "Triage", "text": text, "state": state}
        return Draft(EntryKind.STEP, f"{state}: {text}", "bob", data=data)

    def status(to: str) -> Draft:
        return Draft(EntryKind.STATUS, f"status {to}", "ana", data={"to": to})

    def severity(to: str) -> Draft:
        return Draft(EntryKind.SEVERITY, f"severity {to}", "ana", data={"to": to})

    minutes_and_drafts = [
        (0, Draft(EntryKind.DECLARED, "api is down", "ana")),
        (1, severity("SEV2")),
        (2, status("investigating")),
        (3, step("ack", "Acknowledge the page", "done")),
        (4, step("sev", "Set the severity", "skipped")),
        (5, step("dns", "Look at the DNS", "done")),
        (9, severity("SEV1")),
        (12, Draft(EntryKind.NOTE, "revision 12 | rolled out", "cockpit", EntrySource.COCKPIT)),
        (15, Draft(EntryKind.NOTE, "first errors", "bob", occurred_at=START - timedelta(minutes=4))),
        (20, status("identified")),
        (21, finding.found("crash-loop/api", "api: 3 of 3 pods crash-loop", START + timedelta(minutes=8))),
        (30, action.intent("t1", "rollback deployment/api to revision 11", "kubectl rollout undo", "ana")),
        (31, action.receipt("t1", "rollback deployment/api to revision 11", "done", "done in 12 s", "ana")),
        (33, finding.cleared("crash-loop/api", "api: 3 of 3 pods crash-loop", START, START + timedelta(minutes=32))),
        (35, finding.found("restarts/web", "web restarted | 6 times", START + timedelta(minutes=35))),
        (40, action.intent("t2", "delete pod/api-1", "kubectl -n shop delete pod api-1", "bob")),
        (60, status("resolved")),
        (75, Draft(EntryKind.CLOSED, "Incident closed", "ana")),
    ]
    passed = 0
    wait(START - incident._clock())
    for minutes, draft in minutes_and_drafts:
        wait(timedelta(minutes=minutes - passed))
        passed = minutes
        incident.append(draft)
    return incident.entries()


def section(text: str, title: str) -> str:
    """Give what stands below a heading."""
    return text.partition(f"\n## {title}\n\n")[2].partition("\n\n## ")[0]


def parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def outline(text: str) -> tuple[list[str], list[int]]:
    """Give all headings, and how many cells each row of each table has."""
    tokens = parsed(text)
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    rows: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append(0)
        elif token.type in ("td_open", "th_open"):
            rows[-1] += 1
    return headings, rows


def markup(text: str) -> Counter[str]:
    """Count the blocks and the inline markup in a text, by kind; but for code, in which nothing is markup."""
    tokens = parsed(text)
    kinds = [token.type for token in [*tokens, *(child for token in tokens for child in token.children or [])]]
    return Counter(kind for kind in kinds if not kind.startswith("text") and kind != "code_inline")


def test_an_incident_that_never_ended_lasts_and_its_milestones_are_unknown(recorded: list[Entry]) -> None:
    text = markdown_of(recorded[:2], RUNBOOK, START + timedelta(minutes=30))
    assert "- Closed: not closed\n- Duration: 30 min 00 s so far" in text
    assert "| SEV2 | 2026-11-21 23:51:00 | lasts | 29 min 00 s |" in text
    assert "| Resolved | unknown |  |" in text
    assert "| Closed | unknown |  |" in text


def test_nothing_done_is_said_too(recorded: list[Entry]) -> None:
    text = markdown_of(recorded[:5], RUNBOOK, START)
    assert section(text, "Actions") == "Nothing was changed from the cockpit."
    assert section(text, "Findings") == "The cockpit found nothing wrong."


def test_what_was_not_seen_to_end_may_have_lasted_longer(recorded: list[Entry]) -> None:
    findings = section(markdown_of(recorded[:13], RUNBOOK, START + timedelta(minutes=30)), "Findings")
    assert "| 2026-11-21 23:58:00 | not seen | 22 min 00 s or more | api: 3 of 3 pods crash-loop |" in findings


def test_what_was_reopened_is_not_resolved(recorded: list[Entry]) -> None:
    reopened = msgspec.structs.replace(recorded[-1], kind=EntryKind.STATUS, data={"to": "investigating"})
    assert "| Resolved | unknown |  |" in markdown_of([*recorded[:-1], reopened], RUNBOOK, START)


def test_a_report_of_nothing_says_so() -> None:
    text = markdown_of([], RUNBOOK, START)
    assert text.startswith("# Incident report\n")
    assert section(text, "Timeline") == "Nothing was recorded."
    assert "- Duration: unknown\n" in text


def test_damage_is_marked_at_the_top_and_at_the_end(recorded: list[Entry]) -> None:
    recorded[4] = msgspec.structs.replace(recorded[4], text="nothing happened")
    text = markdown_of(recorded, RUNBOOK, START, broken=first_broken(recorded))
    assert text.splitlines()[2].startswith("> **The record is damaged. Entry 5 ")
    assert "- Hash chain: broken at entry 5" in section(text, "Integrity")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_adds_no_heading_no_row_and_no_markup(recorded: list[Entry], hostile: str) -> None:
    check_that_nothing_is_added(recorded, hostile)


TOLD = ("to", "text", "incident", "title", "command", "outcome", "summary")
ENTRY = Entry(1, START, START, EntryKind.NOTE, "ana", EntrySource.PERSON, "x", {}, "", "")
PIECES = st.sampled_from(
    ["|", "\n", "\r", "# ", "- ", "<b>", "`", "*", "_", "\\", "](x)", "[", "~~", "&amp;", "\u2028"]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(PIECES | st.text(st.characters(), max_size=3), max_size=12).map("".join))
def test_no_text_adds_a_heading_a_row_or_markup(hostile: str) -> None:
    kinds = [(EntryKind.DECLARED, {}), (EntryKind.STATUS, {"to": "x"}), (EntryKind.SEVERITY, {"to": "x"})]
    step = {"step": "x", "text": "x", "state": "done"}
    done = {"action": "x", "title": "x", "command": "x", "outcome": "x", "summary": "x"}
    wrong = {"finding": "x", "title": "x"}
    drafts = [*kinds, (EntryKind.NOTE, {}), (EntryKind.STEP, step), (EntryKind.ACTION, done), (EntryKind.RECEIPT, done)]
    drafts += [(EntryKind.FOUND, wrong), (EntryKind.CLEARED, wrong)]
    drafts += [(EntryKind.AMENDED, {"entry": "4", "text": "x"}), (EntryKind.RETRACTED, {"entry": "3", "reason": "x"})]
    entries = [
        msgspec.structs.replace(ENTRY, sequence=sequence, kind=kind, data=data)
        for sequence, (kind, data) in enumerate(drafts, 1)
    ]
    check_that_nothing_is_added(entries, f"x{hostile}")


def check_that_nothing_is_added(entries: list[Entry], hostile: str) -> None:
    """Put `hostile` wherever an entry has text, and compare the structure of the report."""

    def changed(entry: Entry) -> Entry:
        data = {name: hostile if name in TOLD else value for name, value in entry.data.items()}
        return msgspec.structs.replace(entry, text=hostile, actor=hostile, data=data)

    def tame(entry: Entry) -> Entry:
        data = {name: "x" if name in TOLD else value for name, value in entry.data.items()}
        return msgspec.structs.replace(entry, text="x", actor="x", data=data)

    plain = markdown_of([tame(entry) for entry in entries], RUNBOOK, START)
    tested = markdown_of([changed(entry) for entry in entries], RUNBOOK, START)
    assert outline(tested)[0][1:] == outline(plain)[0][1:]
    assert outline(tested)[1] == outline(plain)[1]
    assert markup(tested) == markup(plain)


def test_a_huge_note_does_not_swell_the_report(recorded: list[Entry]) -> None:
    huge = msgspec.structs.replace(recorded[1], text="x" * 1_000_000)
    text = markdown_of([recorded[0], huge], RUNBOOK, START)
    assert len(text) < 10_000
    assert "1,000,000 characters; all of them are in the incident file" in text


def test_corrections_are_marked_and_what_was_said_first_stays_readable(
    incident: IncidentFile, wait: Callable[[timedelta], None]
) -> None:
    wait(START - incident._clock())
    drafts = [
        Draft(EntryKind.DECLARED, "ap is down", "ana"),
        Draft(EntryKind.NOTE, "2 of 3 | pods", "ana"),
        Draft(EntryKind.STATUS, "status resolved", "ana", data={"to": "resolved"}),
        Draft(EntryKind.NOTE, "first errors", "ana"),
        correction.amendment(1, "api is down", "bob"),
        correction.amendment(2, "3 of 3 | pods", "bob"),
        correction.retraction(3, "it | came back", "bob"),
        correction.retiming(4, START - timedelta(minutes=9), "the log says so", "bob"),
    ]
    for draft in drafts:
        incident.append(draft)
    text = markdown_of(incident.entries(), RUNBOOK, START)
    assert text.startswith("# INC-2026-11-21-001: api is down\n")
    assert "| Resolved | unknown |  |" in text
    assert section(text, "Timeline").splitlines()[2:-2] == [
        (
            "| 2026-11-21 23:41:00 | 4 | ana | note | first errors (time corrected by entry 8; "
            "it was: 2026-11-21 23:50:00) (recorded 2026-11-21 23:50:00) · time: person |"
        ),
        "| 2026-11-21 23:50:00 | 1 | ana | declared | api is down (amended by entry 5; it was: ap is down) |",
        "| 2026-11-21 23:50:00 | 2 | ana | note | 3 of 3 \\| pods (amended by entry 6; it was: 2 of 3 \\| pods) |",
        "| 2026-11-21 23:50:00 | 3 | ana | status | RETRACTED by entry 7: status resolved |",
        "| 2026-11-21 23:50:00 | 5 | bob | amended | amends entry 1: api is down |",
        "| 2026-11-21 23:50:00 | 6 | bob | amended | amends entry 2: 3 of 3 \\| pods |",
        "| 2026-11-21 23:50:00 | 7 | bob | retracted | retracts entry 3: it \\| came back |",
        "| 2026-11-21 23:50:00 | 8 | bob | retimed | entry 4 happened at 2026-11-21T23:41:00.000Z: the log says so |",
    ]
