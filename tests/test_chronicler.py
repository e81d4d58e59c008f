"""What the diagnosis finds is written into the incident log, once, and so is its end."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from cockpit.board import Board
from cockpit.chronicler import Chronicle, Chronicler
from cockpit.config import IncidentConfig
from cockpit.diagnosis.finding import Finding, Findings, FindingSeverity, SinceFrom
from cockpit.diagnostician import DIAGNOSIS
from cockpit.incident.entry import Draft, EntryKind, TimeSource
from cockpit.incident.file import IncidentFile
from cockpit.incident.state import FindingState, IncidentState, state_of
from cockpit.reading import Reading, Trouble, TroubleKind

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
CONFIG = IncidentConfig(found_after_seconds=10, over_after_seconds=15)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def finding(title: str = "api: 3 of 3 pods crash-loop", since: datetime | None = START) -> Finding:
    return Finding("crash-loop/api", FindingSeverity.WRONG, title, "crash-loop", (), since)


QUIET = IncidentState(declared_at=START)
LASTING = IncidentState(declared_at=START, findings=(FindingState("crash-loop/api", finding().title, START),))


@pytest.fixture
def chronicle() -> Chronicle:
    return Chronicle(CONFIG)


def test_what_lasts_is_written_at_the_time_when_it_began(chronicle: Chronicle) -> None:
    assert chronicle.drafts([finding()], QUIET, at(9)) == []
    (draft,) = chronicle.drafts([finding()], QUIET, at(10))
    assert (draft.kind, draft.text, draft.occurred_at) == (EntryKind.FOUND, finding().title, START)


@pytest.mark.parametrize("known", SinceFrom)
def test_it_is_written_how_its_beginning_is_known(chronicle: Chronicle, known: SinceFrom) -> None:
    (draft,) = chronicle.drafts([replace(finding(), since_from=known)], QUIET, at(10))
    assert draft.time_from == known.value
    (over,) = chronicle.drafts([], LASTING, at(60))
    assert over.time_from is TimeSource.SEEN


def test_what_nobody_knows_the_beginning_of_began_when_it_was_first_seen(chronicle: Chronicle) -> None:
    assert chronicle.drafts([finding(since=None)], QUIET, at(30)) == []
    (draft,) = chronicle.drafts([finding(since=None)], QUIET, at(40))
    assert (draft.occurred_at, draft.time_from) == (at(30), TimeSource.SEEN)


def test_what_stands_in_the_log_is_not_written_again_though_its_words_change(chronicle: Chronicle) -> None:
    assert chronicle.drafts([finding("api: 2 of 3 pods crash-loop")], LASTING, at(60)) == []


def test_a_draft_that_waits_for_the_disk_is_not_given_again(chronicle: Chronicle) -> None:
    assert chronicle.drafts([finding()], QUIET, at(10))
    assert chronicle.drafts([finding()], QUIET, at(12)) == []


def test_a_pause_between_two_attempts_of_a_crash_loop_is_not_its_end(chronicle: Chronicle) -> None:
    chronicle.drafts([finding()], LASTING, at(10))
    assert chronicle.drafts([], LASTING, at(24)) == []
    assert chronicle.drafts([finding()], LASTING, at(26)) == []


def test_what_is_written_at_once_is_in_the_order_of_its_beginning(chronicle: Chronicle) -> None:
    later, earlier = finding("b", at(5)), replace(finding("a", at(0)), key="another")
    assert [draft.text for draft in chronicle.drafts([later, earlier], QUIET, at(20))] == ["a", "b"]


def test_what_is_over_is_written_with_the_time_when_it_was_seen_last(chronicle: Chronicle) -> None:
    chronicle.drafts([finding()], LASTING, at(10))
    (draft,) = chronicle.drafts([], LASTING, at(25))
    assert (draft.kind, draft.text, draft.occurred_at) == (EntryKind.CLEARED, f"over: {finding().title}", at(10))


def test_what_another_finding_tells_together_with_others_is_over_with_that(chronicle: Chronicle) -> None:
    both = replace(finding("2 workloads: db:5432 refuses the connection"), key="common/db", covers=("crash-loop/api",))
    chronicle.drafts([finding()], LASTING, at(10))
    assert [draft.kind for draft in chronicle.drafts([both], LASTING, at(30))] == [EntryKind.FOUND]
    assert chronicle.drafts([both], LASTING, at(60)) == []
    assert chronicle.drafts([], LASTING, at(70)) == []
    (draft,) = chronicle.drafts([], LASTING, at(75))
    assert (draft.kind, draft.text, draft.occurred_at) == (EntryKind.CLEARED, f"over: {finding().title}", at(60))


def test_a_cockpit_that_goes_on_with_an_incident_sees_the_end_of_what_another_has_found(chronicle: Chronicle) -> None:
    assert chronicle.drafts([], LASTING, at(600)) == []
    (draft,) = chronicle.drafts([], LASTING, at(615))
    assert draft.kind is EntryKind.CLEARED


class Keeper:
    """One of several cockpits on one incident file, which knows of it what it has read last."""

    def __init__(self, file: IncidentFile) -> None:
        self.file = file
        self.chronicle = Chronicle(CONFIG)
        self.state = IncidentState()

    def read(self) -> None:
        self.state = state_of(self.file.entries())

    def write(self, findings: list[Finding], now: datetime) -> None:
        for draft in self.chronicle.drafts(findings, self.state, now):
            self.file.append(draft)


@pytest.fixture
def keepers(tmp_path: Path) -> Iterator[tuple[Keeper, Keeper]]:
    with ExitStack() as files:
        first = files.enter_context(closing(IncidentFile.create(tmp_path, clock=lambda: START)))
        second = files.enter_context(closing(IncidentFile.open(first.path, clock=lambda: START)))
        yield Keeper(first), Keeper(second)


@pytest.mark.parametrize("since", [START, None], ids=["known", "unknown"])
def test_two_cockpits_that_find_it_within_one_look_write_it_once_whether_or_not_its_beginning_is_known(
    keepers: tuple[Keeper, Keeper], since: datetime | None
) -> None:
    def both(findings: list[Finding], first: float, second: float) -> None:
        """Have each write before it has read what the other wrote."""
        for keeper in keepers:
            keeper.read()
        for keeper, moment in zip(keepers, (first, second), strict=True):
            keeper.write(findings, at(moment))

    again = None if since is None else at(100)
    both([finding(since=since)], 0, 0.3)
    both([finding(since=since)], 12, 12.3)
    both([], 30, 30.4)
    both([finding(since=again)], 100, 100.3)
    both([finding(since=again)], 112, 112.3)
    keepers[0].read()
    kinds = [entry.kind for entry in keepers[0].file.entries() if entry.kind is not EntryKind.DECLARED]
    assert kinds == [EntryKind.FOUND, EntryKind.CLEARED, EntryKind.FOUND]
    assert list(keepers[0].state.lasting) == ["crash-loop/api"]


@pytest.mark.parametrize(
    ("state", "trouble", "written"),
    [
        (IncidentState(declared_at=START), None, 1),
        (IncidentState(), None, 0),
        (IncidentState(declared_at=START, closed_at=START), None, 0),
        (IncidentState(declared_at=START), Trouble(TroubleKind.UNREACHABLE, "no route", START), 0),
    ],
)
async def test_it_is_written_while_an_incident_is_open_and_the_diagnosis_is_sound(
    state: IncidentState, trouble: Trouble | None, written: int
) -> None:
    drafts: list[Draft] = []

    async def append(draft: Draft) -> None:
        drafts.append(draft)

    board = Board()
    board.publish(Reading(source=DIAGNOSIS, data=Findings((finding(),)), taken_at=START, trouble=trouble))
    await Chronicler(board, lambda: at(60), CONFIG, lambda: state, append).write()
    assert len(drafts) == written


def test_what_cannot_be_seen_any_more_is_neither_over_nor_found(chronicle: Chronicle) -> None:
    unseen = replace(finding(), unseen_since=at(5))
    assert chronicle.drafts([unseen], LASTING, at(100)) == []
    assert chronicle.drafts([unseen], QUIET, at(100)) == []
    assert chronicle.drafts([], LASTING, at(110)) == []
    (over,) = chronicle.drafts([], LASTING, at(115))
    assert (over.kind, over.occurred_at) == (EntryKind.CLEARED, at(100))
