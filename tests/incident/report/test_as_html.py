"""The report as a page: one file that needs nothing else, in which outside text is nothing but text."""

import re
import shutil
import subprocess
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from support.incident_story import PICTURE, RUNBOOK, START

from cockpit.incident.entry import Entry
from cockpit.incident.file import IncidentFile
from cockpit.incident.report.compose import compose
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.read import pictures_in, read_report

NOW = START + timedelta(hours=2)
HOSTILE = [
    "</td></tr></table><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>body{display:none}</style>",
    "</title></svg><iframe src=javascript:alert(1)>",
    "$title ${style} &lt;b&gt; ' onmouseover='x",
    "\x1b[2J\x07\0 \u202e \u2028 <!-- ]]>",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Tags(HTMLParser):
    """Counts the tags of a page with the names of their attributes, and keeps what they link to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.counted: Counter[tuple[str, ...]] = Counter()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counted[tag, *sorted(name for name, _ in attrs)] += 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.anchors += [value or "" for name, value in attrs if name == "id"]


def page(file: IncidentFile) -> str:
    report = read_report(file, RUNBOOK, NOW)
    return written(report, Format.HTML, pictures=pictures_in(file, report))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_adds_no_tag_and_no_attribute(told: IncidentFile, hostile: str) -> None:
    def tags(text: str) -> Counter[tuple[str, ...]]:
        def changed(entry: Entry) -> Entry:
            free = ("text", "title", "command", "summary", "note", "answer", "channel", "person", "message")
            data = {name: text if name in free else value for name, value in entry.data.items()}
            if "media_type" in data:
                data["name"] = "".join(text.split())
            return msgspec.structs.replace(entry, text=text, actor=text, data=data)

        counted = Tags(written(compose(list(map(changed, told.entries())), RUNBOOK, NOW), Format.HTML)).counted
        return Counter({tag: number for tag, number in counted.items() if tag[0] != "text"})  # labels that fit a bar

    assert tags(hostile) == tags("x")


def test_no_tag_can_run_or_load_anything(told: IncidentFile) -> None:
    tags = Tags(page(told))
    assert not {tag[0] for tag in tags.counted} & {"script", "link", "iframe", "object", "embed", "form", "base"}
    assert all(link.startswith(("#", "data:image/svg+xml;base64,")) for link in tags.links)
    assert not re.search(r"https?://|url\((?!#)|@import", page(told))


def test_links_lead_to_something(told: IncidentFile) -> None:
    tags = Tags(page(told))
    assert len(tags.anchors) == len(set(tags.anchors))
    assert {link[1:] for link in tags.links if link.startswith("#")} <= set(tags.anchors)


def test_a_captured_picture_is_shown_and_a_removed_one_is_not(told: IncidentFile) -> None:
    from base64 import b64encode

    assert b64encode(PICTURE).decode() in page(told)
    report = read_report(told, RUNBOOK, NOW)
    told.remove(report.evidence[0].sha256, "shows too much", "ana")
    assert "<img" not in page(told)


def test_the_drawing_shows_what_lasted_and_when_nothing_was_recorded(told: IncidentFile) -> None:
    drawing = page(told).partition("<svg")[2].partition("</svg>")[0]
    assert "<title>SEV1: 2026-11-22 00:00:00 UTC to 2026-11-22 01:07:00 UTC, 1 h 07 min</title>" in drawing
    assert "<title>no entries: 2026-11-22 00:20:00 UTC to 2026-11-22 00:40:00 UTC, 20 min 00 s</title>" in drawing
    assert "<title>mitigated: 2026-11-22 00:14:00 UTC</title>" in drawing


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_browser_draws_it_without_a_complaint_and_prints_it(told: IncidentFile, tmp_path: Path) -> None:
    source, drawn = tmp_path / "report.html", tmp_path / "report.pdf"
    source.write_text(page(told), "utf-8")
    profile = f"--user-data-dir={tmp_path / 'profile'}"

    def browse(*wish: str) -> subprocess.CompletedProcess[str]:
        command = [CHROMIUM or "", *FLAGS, profile, "--enable-logging=stderr", *wish, source.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)

    browsed = browse("--dump-dom")
    assert "CONSOLE" not in browsed.stderr  # where a refused style, image or script is complained of
    for section in ("severity", "timeline", "integrity"):
        assert f'<section id="{section}">' in browsed.stdout
    browse("--no-pdf-header-footer", f"--print-to-pdf={drawn}")
    assert drawn.read_bytes().startswith(b"%PDF")
