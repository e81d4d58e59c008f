"""An incident with entries of every kind: over midnight, with a long silence, told late, corrected, and resolved."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from cockpit.incident import action, action_item, change, clock_entry, closing, correction, finding, known, roles
from cockpit.incident.action_item import ActionItem
from cockpit.incident.clocks import ClockName, Due
from cockpit.incident.entry import Draft, EntryKind, EntrySource, TimeSource
from cockpit.incident.evidence import SVG, Piece, seal_all, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.runbooks.model import Phase, Runbook, Severity, Step

START = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
RUNBOOK = Runbook(
    title="Shop",
    severities=(
        Severity("SEV1", "all is lost", response_minutes=5, update_minutes=15, resolution_minutes=60),
        Severity("SEV2", "much is lost", response_minutes=15, update_minutes=30, resolution_minutes=240),
    ),
    statuses=("investigating", "identified", "monitoring", "resolved"),
    phases=(
        Phase("Triage", (Step("ack", "Acknowledge the page"), Step("sev", "Set the severity"), Step("dns", "Ask DNS"))),
        Phase("Mend", (Step("undo", "Roll back"), Step("scale", "Add replicas"), Step("page", "Wake the DBA"))),
        Phase("Certificate expired", (Step("cert", "Look at the certificate"),), kind="scenario"),
    ),
)
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 60"><rect width="420" height="60" fill="#101418"/>'
    b'<text x="12" y="36" fill="#e6edf3" font-family="monospace">api-7f9-x2  CrashLoopBackOff  6 restarts</text></svg>'
)


def tell(file: IncidentFile, wait: Callable[[timedelta], None], *, until: int | None = None) -> None:
    """Record it, each entry at its time; or only the first minutes, `until` so many have passed."""
    wait(START - file._clock())
    passed = 0
    for minutes, draft in _story():
        if until is not None and minutes > until:
            return
        wait(timedelta(minutes=minutes - passed))
        passed = minutes
        file.append(draft)
        if draft.text == "captured the logs":
            last = file.entries()[-1]
            file.remove(last.data["sha256"] or "", "it held a customer's name", "bob")


def _story() -> Iterator[tuple[int, Draft]]:
    """Give minutes after the declaration, and what was recorded then."""
    yield 0, Draft(EntryKind.DECLARED, "api is down", "ana")
    yield 0, _milestone("impact started", START - timedelta(minutes=6))
    yield 0, _milestone("detected", START - timedelta(minutes=2))
    yield 1, change.severity(None, "SEV2", "ana")
    yield 2, change.status(None, "investigating", "ana")
    yield 3, Draft(EntryKind.ROLE, "bob leads", "ana", data={"role": "lead", "person": "bob"})
    yield 3, _step("ack", "Acknowledge the page", "done")
    yield 4, clock_entry.acknowledged("bob")
    crashes, began = "api: 3 of 3 pods crash-loop", START + timedelta(minutes=3)
    yield 5, finding.found("crash-loop/api", crashes, began, time_from=TimeSource.SERVER)
    yield 6, _captured("pods", "captured what pods shows", Piece("pods.svg", SVG, PICTURE))
    yield 6, _captured("log", "captured the logs", text_piece("api.log", "connection refused"))
    yield 8, _message("t1", "Initial", "drafted", "internal", "api is down, we are looking.")
    yield 9, _message("t1", "Initial", "sent", "internal", "api is down, we are looking.")
    yield 10, change.severity("SEV2", "SEV1", "ana")
    yield 11, _hypothesis("h1", "the database is full", "open")
    yield 12, _hypothesis("h2", "revision 12 cannot find its secret", "open")
    yield 13, _step("dns", "Ask DNS", "skipped", "all answers were right")
    yield 14, Draft(EntryKind.OBSERVED, "api-7f9-x2 restarted 14 times", "cockpit", EntrySource.COCKPIT)
    yield 15, _command("kubectl -n shop describe pod api-7f9-x2", "read", "0")
    yield 16, _hypothesis("h1", "41 of 97 connections", "ruled out")
    yield 18, _hypothesis("h2", "the events say so", "confirmed")
    yield 20, change.status("investigating", "identified", "ana")
    yield 22, action.intent("a1", "rollback deployment/api to revision 11", "kubectl -n shop rollout undo", "ana")
    yield 23, action.receipt("a1", "rollback deployment/api to revision 11", "done", "done in 12 s", "ana")
    yield 24, finding.cleared("crash-loop/api", "api: 3 of 3 pods crash-loop", START, START + timedelta(minutes=24))
    yield 24, clock_entry.overdue(Due(ClockName.UPDATE, START + timedelta(minutes=9), START + timedelta(minutes=24)))
    yield 25, _message("t2", "Status page", "sent", "customer", "A change of ours stopped orders. We took it back.")
    yield 26, _milestone("mitigated", START + timedelta(minutes=24))
    yield 27, change.status("identified", "monitoring", "ana")
    yield from _aftermath()


def _aftermath() -> Iterator[tuple[int, Draft]]:
    """Give the rest, after the long silence."""
    yield 50, finding.found("restarts/web", "web restarted | 6 times", START + timedelta(minutes=50))
    yield 51, _step("scale", "Add replicas", "failed", "no room | on the nodes")
    yield 52, action.intent("a2", "delete pod/web-1", "kubectl -n shop delete pod web-1", "bob")
    yield 53, _message("t3", "Partners", "failed", "internal", "Nearly done.", answer="no such channel")
    yield 54, _pinned("first errors in the balancer", START - timedelta(minutes=5))
    yield 55, action_item.draft(_ALARM, "ana")
    yield 56, Draft(EntryKind.NOTE, "the cache is colt", "ana")
    yield 57, correction.amendment(_NOTE, "the cache is cold", "ana")
    yield 58, Draft(EntryKind.NOTE, "the network was slow", "bob")
    yield 58, correction.retraction(_NOTE + 2, "that was my own line", "bob")
    yield 59, correction.retiming(_NOTE - 2, START + timedelta(minutes=30), "said in the call", "ana")
    yield 60, clock_entry.gate("undo", "no errors for 15 min", "passed", START + timedelta(minutes=60), 15)
    yield 61, roles.given("communications lead", "cleo", None, "ana")
    yield 62, roles.given("lead", "ana", "bob", "bob")
    yield 63, action_item.draft(_REVIEW, "cleo")
    yield 64, action_item.draft(_CACHE, "ana")
    yield 65, _adopted("bastion-b", "bastion-a", "bastion-a is going away")
    yield 70, action_item.draft(action_item.settled(_REVIEW, action_item.DONE), "cleo")
    yield 71, action_item.draft(action_item.settled(_CACHE, action_item.DROPPED, "the balancer keeps it warm"), "ana")
    yield 75, change.status("monitoring", "resolved", "ana")
    yield 76, _message("t4", "Status page", "copied", "customer", "Orders work again.")
    yield 77, closing.closed("ana")
    yield 78, closing.reopened("bob")
    yield 80, closing.closed("ana")


_NOTE = 37
"""The sequence of the note that is amended."""

_ALARM = ActionItem("i1", "alarm on missing secrets", owner="bob", due="2026-12-01")
_REVIEW = ActionItem("i2", "ask @cleo for a review", owner="cleo")
_CACHE = ActionItem("i3", "warm the cache | before traffic")


def _adopted(home: str, before: str, reason: str) -> Draft:
    text = f"{home} is the home of this incident now, instead of {before}: {reason}"
    return Draft(EntryKind.ADOPTED, text, "ana", data={"home": home, "from": before, "reason": reason})


def _milestone(name: str, at: datetime) -> Draft:
    return known.milestone(name, at, "ana")


def _pinned(text: str, at: datetime) -> Draft:
    return Draft(EntryKind.NOTE, text, "bob", occurred_at=at, time_from=TimeSource.LOG_LINE)


def _step(step: str, text: str, state: str, note: str = "") -> Draft:
    data: dict[str, str | None] = {"step": step, "phase": "Triage", "text": text, "state": state}
    return Draft(EntryKind.STEP, f"{state}: {text}", "bob", data=data | ({"note": note} if note else {}))


def _captured(name: str, text: str, piece: Piece) -> Draft:
    return Draft(EntryKind.EVIDENCE, text, "ana", pieces=seal_all([piece]))


def _message(token: str, name: str, state: str, audience: str, text: str, answer: str = "") -> Draft:
    data: dict[str, str | None] = {"message": name, "channel": "slack", "token": token, "state": state}
    data |= {"audience": audience, "answer": answer}
    return Draft(EntryKind.MESSAGE, f"message {state} to #incidents: {name}\n{text}", "ana", data=data)


def _hypothesis(name: str, text: str, state: str) -> Draft:
    return Draft(EntryKind.HYPOTHESIS, text, "bob", data={"hypothesis": name, "state": state})


def _command(command: str, risk: str, status: str) -> Draft:
    data: dict[str, str | None] = {"command": command, "step": None, "risk": risk, "exit": status, "seconds": "0.4"}
    return Draft(EntryKind.COMMAND, "Back-off restarting failed container", "bob", data=data)
