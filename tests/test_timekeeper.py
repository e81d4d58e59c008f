"""What is overdue is written down once; how long all has been well is measured, and starts over when it is not."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.board import Board
from cockpit.diagnosis.finding import Finding, Findings, FindingSeverity
from cockpit.diagnostician import DIAGNOSIS
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.gates import quiet_gates
from cockpit.incident.state import IncidentState, StepState
from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.runbooks.model import Phase, Runbook, Severity, Step
from cockpit.timekeeper import Timekeeper

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
WATCH = Step("watch", "Watch it", gate="All metrics normal for 15+ minutes")
WRONG = Finding("crash", FindingSeverity.WRONG, "api crashes", "crash-loop", ())
NOTICE = Finding("cordoned", FindingSeverity.NOTICE, "node3 is cordoned", "cordoned", ())


class Record:
    runbook = Runbook("shop", (Severity("SEV1", "", update_minutes=15),), (), (Phase("Verify", (WATCH,)),))
    state = IncidentState(declared_at=START, severity="SEV1", severity_since=START)


class Desk:
    """A timekeeper, the time it is told, and what it writes."""

    def __init__(self) -> None:
        self.now = START
        self.board = Board()
        self.record = Record()
        self.written: list[Draft] = []
        self.alarms: list[str] = []
        self.keeper = Timekeeper(self.board, lambda: self.now, self.record, self._write, self.alarms.append)

    async def _write(self, draft: Draft) -> None:
        self.written.append(draft)

    def find(self, *findings: Finding, trouble: Trouble | None = None) -> None:
        self.board.publish(Reading(DIAGNOSIS, Findings(findings), self.now, trouble))

    async def pass_minutes(self, minutes: float) -> None:
        """Let time pass as it does: the keeper looks all along."""
        for _ in range(round(minutes * 4)):
            self.now += timedelta(seconds=15)
            await self.keeper.look()

    @property
    def texts(self) -> list[str]:
        return [draft.text for draft in self.written]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.find()
    return desk


async def test_what_is_overdue_is_written_once_at_the_time_when_it_was_due(desk: Desk) -> None:
    await desk.pass_minutes(14)
    assert desk.written == []
    await desk.pass_minutes(2)
    (draft,) = (draft for draft in desk.written if draft.kind is EntryKind.CLOCK)
    assert (draft.text, draft.occurred_at) == ("update is overdue", START + timedelta(minutes=15))


async def test_it_is_heard_once(desk: Desk) -> None:
    await desk.pass_minutes(20)
    assert desk.alarms == ["update is overdue"]


async def test_two_cockpits_write_it_under_one_key(desk: Desk) -> None:
    other = Desk()
    await desk.pass_minutes(16)
    await other.pass_minutes(16)
    assert desk.written[0].key == other.written[0].key


async def test_a_gate_has_passed_when_all_was_well_for_its_time(desk: Desk) -> None:
    await desk.pass_minutes(14)
    assert desk.keeper.time.well_since == START + timedelta(seconds=15)
    await desk.pass_minutes(2)
    assert "All metrics normal for 15+ minutes: passed" in desk.texts


async def test_something_wrong_has_it_start_over(desk: Desk) -> None:
    await desk.pass_minutes(10)
    desk.find(WRONG)
    await desk.pass_minutes(1)
    assert desk.keeper.time.well_since is None
    assert "All metrics normal for 15+ minutes: broken" in desk.texts
    desk.find()
    await desk.pass_minutes(14)
    assert not any("passed" in text for text in desk.texts)
    await desk.pass_minutes(2)
    assert "All metrics normal for 15+ minutes: passed" in desk.texts


async def test_a_notice_breaks_nothing(desk: Desk) -> None:
    desk.find(NOTICE)
    await desk.pass_minutes(16)
    assert "All metrics normal for 15+ minutes: passed" in desk.texts


async def test_what_cannot_be_read_is_not_known_to_be_well(desk: Desk) -> None:
    desk.find(trouble=Trouble(TroubleKind.UNREACHABLE, "connection refused", START))
    await desk.pass_minutes(16)
    assert desk.keeper.time.well_since is None


async def test_while_the_laptop_slept_nobody_knows_whether_all_was_well(desk: Desk) -> None:
    await desk.pass_minutes(10)
    desk.now += timedelta(hours=1)
    await desk.keeper.look()
    assert desk.keeper.time.well_since == desk.now
    assert "All metrics normal for 15+ minutes: passed" not in desk.texts


async def test_a_person_confirms_a_gate_by_ticking_its_step(desk: Desk) -> None:
    desk.record.state = IncidentState(declared_at=START, steps={"watch": StepState("done", "ana", START)})
    await desk.keeper.look()
    assert desk.keeper.time.gates == ()


async def test_a_gate_that_has_not_passed_is_confirmed_against_a_doubt(desk: Desk) -> None:
    await desk.pass_minutes(7.25)
    assert desk.keeper.doubt("watch") == "all has been well for 7 of 15 min"
    assert desk.keeper.doubt("another") == ""
    desk.find(WRONG)
    await desk.pass_minutes(1)
    assert desk.keeper.doubt("watch") == "not all is well now"
    desk.find()
    await desk.pass_minutes(16)
    assert desk.keeper.doubt("watch") == ""


async def test_without_an_incident_nothing_is_written(desk: Desk) -> None:
    desk.record.state = IncidentState()
    await desk.pass_minutes(20)
    assert desk.written == []


@pytest.mark.parametrize(
    ("gate", "minutes"),
    [
        ("All metrics normal for 15+ minutes", 15),
        ("Metrics stable for at least half an hour, say for 30 minutes", 30),
        ("Severity level assigned", None),
        ("Talk to them for 15 minutes", None),
    ],
)
def test_only_a_time_of_quiet_is_measured(gate: str, minutes: int | None) -> None:
    runbook = Runbook("shop", (), (), (Phase("Verify", (Step("watch", "Watch", gate=gate),)),))
    assert [found.minutes for found in quiet_gates(runbook)] == ([] if minutes is None else [minutes])
