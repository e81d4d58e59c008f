"""`e` keeps what any pane shows: its picture is what is on the screen, its text and its data say the same."""

import json
import re
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import pytest
from support.cockpit import Opened, opened_on
from support.shop import BROKEN_SHOP, NOW, Shop

from cockpit.clock import rfc3339
from cockpit.incident.entry import Entry, EntryKind
from cockpit.incident.evidence import references
from cockpit.incident.file import IncidentFile
from cockpit.ui.widgets.pane import Pane

MOST_TABS = 8


def focused(cockpit: Opened) -> Pane | None:
    """Give the pane that has the keys."""
    widget = cockpit.app.focused
    return next((each for each in widget.ancestors_with_self if isinstance(each, Pane)), None) if widget else None


async def go_to(cockpit: Opened, pane: str) -> Pane:
    """Give the keys to a pane of the present view."""
    for _ in range(MOST_TABS):
        at = focused(cockpit)
        if at is not None and at.id == pane:
            return at
        await cockpit.press("tab")
    raise AssertionError(f"tab does not lead to {pane}:\n{cockpit.screen()}")


async def captured(cockpit: Opened) -> tuple[Entry, dict[str, bytes]]:
    """Wait for the entry of a capture, and give it with its pieces, by the ends of their names."""
    record = cockpit.app.record
    assert record is not None
    await cockpit.until(lambda: any(entry.kind is EntryKind.EVIDENCE for entry in record.entries))
    entry = next(entry for entry in record.entries if entry.kind is EntryKind.EVIDENCE)
    assert record.path is not None
    with closing(IncidentFile.open(record.path, clock=lambda: NOW)) as file:
        told = {each.name: file.content(each.sha256) or b"" for each in references(entry.data)}
    return entry, {name.rpartition(".")[2]: content for name, content in told.items()}


def words(text: str) -> str:
    """Give a text without white space: a picture has other."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("keys", "pane", "part"),
    [
        ("1", "findings", ""),
        ("1", "pods", ""),
        ("1", "logs", ""),
        ("1", "checklist", ""),
        ("1", "incident-log", ""),
        ("2", "pods", ""),
        ("2 right", "objects", "workloads"),
        ("2 d", "object", "pod/api-7f9c4-x2k4p describe"),
        ("3", "logs", ""),
        ("4", "postgres", "activity"),
        ("4 right", "postgres", "blocking"),
        ("5", "aws", "rds"),
        ("6", "web", "health"),
        ("0", "checklist", ""),
        ("0", "incident-log", ""),
    ],
)
async def test_what_a_pane_shows_is_kept(tmp_path: Path, keys: str, pane: str, part: str) -> None:
    async with opened_on(Shop(BROKEN_SHOP), tmp_path) as cockpit:
        await cockpit.press(*keys.split())
        shown = await go_to(cockpit, pane)
        on_screen = words(cockpit.pane(shown))
        await cockpit.press("e")
        entry, pieces = await captured(cockpit)
    assert re.split(r" \(\d", entry.text)[0] == f"captured: {pane} {part}".rstrip()
    assert set(pieces) == {"txt", "json", "svg"}
    drawn = ET.fromstring(pieces["svg"]).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314  (our own picture)
    assert words("".join("".join(text.itertext()) for text in drawn)) == on_screen
    data = json.loads(pieces["json"])
    assert (data["pane"], data["part"], data["taken_at"]) == (pane, part, rfc3339(NOW))
    told = json.dumps(data["shows"], ensure_ascii=False)
    first, *_ = on_text = re.findall(r"\w{3,}", pieces["txt"].decode())
    assert first in on_screen
    missing = [word for word in on_text if word not in told and not word.isupper()]  # titles of columns are upper
    assert not missing
