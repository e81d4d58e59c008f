"""What was before an incident began is kept in bounded memory, and belongs to the incident once it is declared."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.postgres_looks import backends, look
from support.shop import pod

from cockpit.board import Board
from cockpit.diagnosis.finding import Finding, Findings, FindingSeverity
from cockpit.diagnostician import DIAGNOSIS
from cockpit.history import KEPT, History, hand_over
from cockpit.incident.beforehand import Happened
from cockpit.incident.entry import Draft, EntryKind, TimeSource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import references
from cockpit.incident.log import IncidentLog
from cockpit.incident.state import IncidentState, state_of
from cockpit.reading import Reading, Trouble, TroubleKind
from cockpit.sources.kubernetes.model import PODS, Pod, Pods

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class Hour:
    """A board whose readings change as time goes on, and the history of it."""

    def __init__(self, most_bytes: int = 5 << 20) -> None:
        self.now = START
        self.board = Board()
        self.history = History(self.board, lambda: self.now, most_bytes)

    def shows(self, source: str, data: Any, trouble: Trouble | None = None) -> None:
        self.board.publish(Reading(source, data, self.now, trouble))
        self.history.look()

    def pods(self, *pods: Pod) -> None:
        self.shows(PODS, Pods("shop", {each.key: each for each in pods}))

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def told(self) -> list[str]:
        """Read the timeline as text."""
        before = self.history.before()
        assert before is not None
        lines = before.pieces()[0].content.decode().split("\n")
        return lines[2 : lines.index("", 2)]


@pytest.fixture
def hour() -> Hour:
    return Hour()


def test_what_changed_is_told_with_its_time(hour: Hour) -> None:
    hour.pods(pod("api-1"), pod("db-1"))
    hour.wait(minutes=5)
    hour.pods(pod("api-1", "CrashLoopBackOff", ready=False, restarts=3), pod("db-1"))
    hour.wait(minutes=1)
    hour.pods(pod("api-1", "CrashLoopBackOff", ready=False, restarts=3))
    assert hour.told() == [
        "2026-11-21T14:05:00.000Z  pod shop/api-1: Running 1/1, 0 restarts → CrashLoopBackOff 0/1, 3 restarts",
        "2026-11-21T14:06:00.000Z  pod shop/db-1: gone (was Running 1/1, 0 restarts)",
    ]


def test_findings_connections_and_sources_in_trouble_are_told(hour: Hour) -> None:
    hour.shows(DIAGNOSIS, Findings())
    hour.shows("postgres/shop-db", look(*backends(3)))
    hour.wait(minutes=5)
    finding = Finding("crash/api", FindingSeverity.WRONG, "api: 3 of 3 pods crash-loop", "crash-loop", ())
    hour.shows(DIAGNOSIS, Findings((finding,)))
    hour.shows("postgres/shop-db", look(*backends(90)))
    hour.shows("aws/prod", None, Trouble(TroubleKind.EXPIRED, "the token has expired", hour.now))
    told = [line.partition("  ")[2] for line in hour.told()]
    assert told == [
        "finding crash/api: api: 3 of 3 pods crash-loop",
        "postgres/shop-db: 3 of 97 connections, 0 waits for locks → 90 of 97 connections, 0 waits for locks",
    ]
    before = hour.history.before()
    assert before is not None
    assert before.at_first["source aws/prod"] == "denied: the token has expired"


def test_what_a_source_tells_when_it_is_first_read_is_no_change(hour: Hour) -> None:
    hour.shows(DIAGNOSIS, Findings())
    hour.wait(minutes=2)
    hour.pods(pod("api-1"))
    assert hour.told() == []
    before = hour.history.before()
    assert before is not None
    assert before.at_first["pod shop/api-1"] == "Running 1/1, 0 restarts"


def test_after_half_an_hour_a_change_is_how_it_was_at_first(hour: Hour) -> None:
    hour.pods(pod("api-1", "Pending"), pod("db-1"))
    hour.wait(minutes=1)
    hour.pods(pod("api-1"))
    hour.wait(minutes=20)
    hour.pods(pod("api-1", "CrashLoopBackOff"))
    hour.wait(minutes=15)
    before = hour.history.before()
    assert before is not None
    assert before.start == hour.now - KEPT
    assert [change.after for change in before.changes] == ["CrashLoopBackOff 1/1, 0 restarts"]
    assert before.at_first["pod shop/api-1"] == "Running 1/1, 0 restarts"
    assert "pod shop/db-1" not in before.at_first


def test_the_memory_is_bounded_and_the_oldest_changes_go_first() -> None:
    hour = Hour(most_bytes=3_000)
    for restarts in range(100):
        hour.pods(pod("api-1", restarts=restarts))
        hour.wait(seconds=15)
    before = hour.history.before()
    assert before is not None
    assert 5 <= len(before.changes) <= 15
    assert before.changes[-1].after == "Running 1/1, 99 restarts"
    assert before.at_first["pod shop/api-1"] == before.changes[0].before


def test_a_cockpit_that_was_opened_when_it_had_begun_has_nothing_to_tell(hour: Hour) -> None:
    hour.pods(pod("api-1", "CrashLoopBackOff"))
    hour.wait(seconds=59)
    assert hour.history.before() is None


def test_a_cockpit_that_was_just_opened_tells_what_the_cluster_remembers(hour: Hour) -> None:
    hour.pods(pod("api-1", "CrashLoopBackOff"))
    hour.wait(seconds=20)
    before = hour.history.before([Happened(START, "api: revision 12", known_by="t")])
    assert before is not None
    assert before.summary == "before it began: api: revision 12"
    text, data = before.pieces()
    assert "2026-11-21T14:00:00.000Z  api: revision 12" in text.content.decode()
    assert json.loads(data.content)["happened"][0]["text"] == "api: revision 12"


class Record:
    """An incident record as the history sees it."""

    def __init__(self, log: IncidentLog) -> None:
        self.subscribe: Callable[[Callable[[], None]], Callable[[], None]] = log.subscribe
        self._log = log

    @property
    def state(self) -> IncidentState:
        return state_of(self._log.entries)


async def test_it_is_saved_once_with_the_time_of_the_declaration(hour: Hour, tmp_path: Path) -> None:
    hour.pods(pod("api-1"))
    hour.wait(minutes=5)
    hour.pods(pod("api-1", "CrashLoopBackOff"))
    log = IncidentLog(tmp_path, clock=lambda: hour.now)
    handing = asyncio.create_task(hand_over(hour.history, Record(log), log.capture))
    await asyncio.sleep(0)
    assert log.entries == []
    await log.append(Draft(EntryKind.NOTE, "api is down", "ana"))
    await handing
    declared, _, kept = log.entries
    assert (kept.kind, kept.text) == (EntryKind.EVIDENCE, "before it began: 1 change in 5 min")
    assert (kept.occurred_at, kept.time_from) == (declared.occurred_at, TimeSource.COMPUTED)
    text, data = references(kept.data)
    assert (text.name, data.name) == ("before.txt", "before.json")
    known = json.loads(await log.content(data.sha256) or b"")
    assert known["at_first"] == {"source kubernetes/pods": "live", "pod shop/api-1": "Running 1/1, 0 restarts"}
    assert known["changes"][0]["to"] == "CrashLoopBackOff 1/1, 0 restarts"
    await log.append(Draft(EntryKind.NOTE, "and db", "ana"))
    assert len(log.entries) == 4
    await log.aclose()


async def test_a_full_disk_does_not_lose_it(hour: Hour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.history._PAUSE", 0.0)
    hour.pods(pod("api-1"))
    hour.wait(minutes=5)
    log = IncidentLog(tmp_path, clock=lambda: hour.now)
    tries = []

    async def save(pieces: Any, draft: Draft) -> Any:
        tries.append(draft)
        if len(tries) < 3:
            raise IncidentFileError("the disk is full")
        return await log.capture(pieces, draft)

    await log.append(Draft(EntryKind.NOTE, "api is down", "ana"))
    await hand_over(hour.history, Record(log), save)
    assert [entry.kind for entry in log.entries][2:] == [EntryKind.EVIDENCE]
    await log.aclose()
