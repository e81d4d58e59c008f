"""An incident of 10,000 entries is opened and reported; a log that nobody writes costs next to nothing."""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC
from pathlib import Path
from statistics import median

import msgspec
import pytest
from support.benchmark import Report
from support.reports import markdown_of

from cockpit.clock import utc_now
from cockpit.incident.correction import amendment
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.evidence import json_piece, seal_all, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.incident.finding import cleared, found
from cockpit.incident.log import IncidentLog
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.read import read_report
from cockpit.incident.state import state_of, with_news
from cockpit.runbooks.load import load_builtin
from cockpit.ui.incident.incident_log_rows import IncidentLogRows

ENTRIES = 10_000
RUNS = 5
IDLE_SECONDS = 20.0
CELLS = 31
"""Of a text, in the side bar."""

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A long incident: notes, corrections, steps, and findings that come and go."""
    file = IncidentFile.create(tmp_path_factory.mktemp("incidents"), clock=utc_now)
    file._connection.execute("PRAGMA synchronous = OFF")
    while (number := file.last_sequence()) < ENTRIES:
        file.append(_draft(number))
    file.close()
    return file.path


def _draft(number: int) -> Draft:
    now = utc_now()
    match number % 10:
        case 1:
            data: dict[str, str | None] = {"step": f"step-{number % 400}", "text": "Look", "state": "done"}
            return Draft(EntryKind.STEP, "✔ Look", "ana", data=data)
        case 2:
            return found(f"crash-loop/api-{number}", "api: 3 of 3 pods crash-loop", now)
        case 3:
            return cleared(f"crash-loop/api-{number - 1}", "api: 3 of 3 pods crash-loop", now, now)
        case 5:
            return amendment(number, "all of them", "ana")
        case _:
            return Draft(EntryKind.NOTE, f"db-1 refused connection {number}: 20 of 20 are in use, trying again", "ana")


def test_ten_thousand_entries(path: Path, report: Report) -> None:
    runbook = load_builtin()

    def opened() -> None:
        with closing(IncidentFile.open(path, clock=utc_now)) as file:
            assert len(state_of(file.entries()).findings) == ENTRIES // 10

    def reported() -> None:
        with closing(IncidentFile.open(path, clock=utc_now)) as file:
            entries, broken = file.audit()
        assert "crash-loop" in markdown_of(entries, runbook, utc_now(), broken=broken)

    def as_page() -> None:
        with closing(IncidentFile.open(path, clock=utc_now)) as file:
            assert "crash-loop" in written(read_report(file, runbook, utc_now()), Format.HTML)

    report.add("open an incident of 10,000 entries", milliseconds(opened), "ms", goal="≤ 300 ms")
    report.add("  its report", milliseconds(reported), "ms", goal="≤ 1,000 ms")
    report.add("  the same as a page", milliseconds(as_page), "ms", goal="≤ 2,000 ms")


def milliseconds(work: Callable[[], None]) -> float:
    """Give the processor time that `work` takes."""
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        times.append(1000 * (time.process_time() - started))
    return median(times)


def test_what_the_loop_does_for_one_change_of_ten_thousand_entries(path: Path, report: Report) -> None:
    with closing(IncidentFile.open(path, clock=utc_now)) as file:
        entries = file.entries()
    before = len(entries) - 10
    rows = IncidentLogRows(UTC)
    rows.update(entries[:before], (), CELLS, numbered=False)
    counts = iter(range(before + 1, len(entries) + 1))

    def added() -> None:
        rows.update(entries[: next(counts)], (), CELLS, numbered=False)
        assert rows.rows(len(rows) - 20, 20)

    def wrapped_anew() -> None:
        IncidentLogRows(UTC).update(entries, (), CELLS, numbered=False)

    report.add("show one entry more of 10,000", milliseconds(added), "ms", goal="≤ 5 ms")
    report.add("  all of them for another width", milliseconds(wrapped_anew), "ms", goal="≤ 150 ms")


def test_what_a_correction_of_one_of_ten_thousand_entries_takes(path: Path, report: Report) -> None:
    with closing(IncidentFile.open(path, clock=utc_now)) as file:
        entries = file.entries()
    state = state_of(entries)
    correction = msgspec.structs.replace(entries[-1], kind=EntryKind.RETRACTED, data={"entry": "3"})
    corrected = [*entries, correction]

    def taken_over() -> None:
        assert with_news(state, corrected, ENTRIES).declared_at == state.declared_at

    report.add("take over a correction among 10,000", milliseconds(taken_over), "ms", goal="≤ 20 ms")


def test_what_keeping_a_pane_takes(report: Report) -> None:
    rows = [{"name": f"api-{number}", "status": "CrashLoopBackOff", "ready": "0/1"} for number in range(2_000)]
    pieces = [json_piece("pods.json", rows), text_piece("pods.txt", "\n".join(map(str, rows)))]

    def sealed() -> None:
        assert len(seal_all(pieces)) == len(pieces)

    report.add("seal 2,000 rows as text and data", milliseconds(sealed), "ms", goal="≤ 500 ms")


def test_an_incident_in_which_nothing_happens(path: Path, report: Report) -> None:
    async def idle() -> float:
        log = IncidentLog(path.parent, clock=utc_now, resume=path)
        await log.check()
        started = time.process_time()
        await asyncio.sleep(IDLE_SECONDS)
        used = time.process_time() - started
        await log.aclose()
        return 1e6 * used / IDLE_SECONDS

    report.add(
        "an incident log in which nothing happens", asyncio.run(idle()), "µs CPU a second", goal="≤ 1,000 (0.1 %)"
    )


def test_what_others_write(report: Report, tmp_path: Path) -> None:
    async def delays() -> list[float]:
        writer = IncidentLog(tmp_path, clock=utc_now)
        await writer.append(Draft(EntryKind.NOTE, "first", "ana"))
        reader = IncidentLog(tmp_path, clock=utc_now, resume=writer.path)
        await reader.check()
        taken = []
        for number in range(10):
            await asyncio.sleep(0.13)
            seen = asyncio.Event()
            leave = reader.subscribe(seen.set)
            await writer.append(Draft(EntryKind.NOTE, f"note {number}", "ana"))
            started = time.monotonic()
            await seen.wait()
            taken.append(1000 * (time.monotonic() - started))
            leave()
        await writer.aclose()
        await reader.aclose()
        return taken

    report.add("another's entry is there after", max(asyncio.run(delays())), "ms", goal="≤ 1,000 ms")
