"""`e` keeps what a pane shows as evidence: text, data and a picture, without secrets."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing

from support.cockpit import Opened
from support.shop import NOW

from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.evidence import references
from cockpit.incident.file import IncidentFile

Open = Callable[..., AbstractAsyncContextManager[Opened]]


async def captured(cockpit: Opened) -> tuple[Entry, dict[str, bytes]]:
    """Wait for the entry of a capture, and give it with its pieces, by the ends of their names."""
    record = cockpit.app.record
    assert record is not None
    await cockpit.until(lambda: any(entry.kind is EntryKind.EVIDENCE for entry in record.entries))
    entry = record.entries[-1]
    assert record.path is not None
    with closing(IncidentFile.open(record.path, clock=lambda: NOW)) as file:
        assert file.verify() is None
        contents = {each.name.rpartition(".")[2]: file.content(each.sha256) for each in references(entry.data)}
    return entry, {end: content for end, content in contents.items() if content is not None}


async def test_a_pane_is_kept_as_text_data_and_picture_with_all_its_rows(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        names = cockpit.names()
        await cockpit.press("e")
        entry, pieces = await captured(cockpit)
        assert entry.text == f"captured: pods ({len(names)} rows)"
        assert f"captured: pods ({len(names)} rows) → INC-2026-11-21-001" in cockpit.screen()
        assert all(name in pieces["txt"].decode() for name in names)
        shown = json.loads(pieces["json"])
        assert shown["pane"] == "pods"
        rows = next(each["rows"] for each in shown["shows"] if "rows" in each)
        assert [row["name"] for row in rows] == names
        picture = ET.fromstring(pieces["svg"])  # noqa: S314  (our own picture)
        drawn = "".join(picture.itertext()).replace("\N{NO-BREAK SPACE}", " ")
        assert "Pods" in drawn
        assert names[0] in drawn
        assert b"http" not in pieces["svg"].replace(b"http://www.w3.org/2000/svg", b""), "it needs the network"


async def test_of_a_log_the_lines_in_view_are_kept_with_their_time_and_stream(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "e")
        entry, pieces = await captured(cockpit)
        assert entry.text.startswith("captured: logs (")
        shown = json.loads(pieces["json"])["shows"]
        lines = next(each["lines"] for each in shown if "lines" in each)
        assert lines
        assert set(lines[0]) == {"time", "stream", "text"}
        assert lines[0]["text"] in pieces["txt"].decode()


async def test_a_marked_range_of_a_log_is_kept(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("3", "v")
        await cockpit.shows("marked from")
        await cockpit.press("[", "[", "e")
        _, pieces = await captured(cockpit)
        lines = json.loads(pieces["json"])["shows"][-1]["lines"]
        view = cockpit.app.cockpit.logs.view
        assert [line["text"] for line in lines] == [
            view.buffer.line(number).text.decode() for number in range(view.search.line or 0, view.buffer.end)
        ]
        assert 1 < len(lines) < len(view.lines_in_view)


async def test_without_an_open_record_it_is_said(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        cockpit.app.desks.records.record = None
        await cockpit.press("e")
        await cockpit.shows("the incident log is not open yet")


async def test_what_a_pane_hides_is_not_kept(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("2", "d")
        pane = cockpit.app.desks.kinds.object
        await cockpit.until(lambda: bool(pane.text.region))
        await cockpit.press("right")
        await cockpit.until(lambda: bool(pane.table.region))
        await cockpit.press("left")
        await cockpit.until(lambda: not pane.table.region)
        await cockpit.press("e")
        entry, _ = await captured(cockpit)
        assert entry.text.startswith("captured: object pod/api-7f9c4-x2k4p describe (")
        assert entry.text.endswith(" (1 line)")
        assert "rows" not in entry.text
