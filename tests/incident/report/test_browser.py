"""The page in a real browser: dark where the reader's system is dark, and light elsewhere."""

import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from support.incident_story import RUNBOOK, START

from cockpit.incident.file import IncidentFile
from cockpit.incident.report.formats import Format, written
from cockpit.incident.report.read import pictures_in, read_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DARK, LIGHT = 0, 1
"""As Chromium numbers the schemes that a reader may prefer."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
Browse = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def browse(told: IncidentFile, tmp_path: Path) -> Browse:
    """Opens the page of a whole incident."""
    report = read_report(told, RUNBOOK, START + timedelta(hours=2))
    page = tmp_path / "report.html"
    page.write_text(written(report, Format.HTML, pictures=pictures_in(told, report)), "utf-8")

    def run(*wish: str) -> subprocess.CompletedProcess[str]:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [CHROMIUM or "", *FLAGS, profile, "--enable-logging=stderr", *wish, page.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)

    return run


def first_pixel(png: bytes) -> tuple[int, ...]:
    """Give the colour of the pixel at the left top, which no filter of PNG changes."""
    at, packed = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        packed += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + length
    return (*zlib.decompress(packed)[1:4],)


def test_it_is_dark_or_light_as_the_reader_has_it(browse: Browse, tmp_path: Path) -> None:
    colours = {}
    for scheme in (DARK, LIGHT):
        drawn = tmp_path / f"{scheme}.png"
        browse(f"--blink-settings=preferredColorScheme={scheme}", "--window-size=400,300", f"--screenshot={drawn}")
        colours[scheme] = first_pixel(drawn.read_bytes())
    assert max(colours[DARK]) < 64
    assert min(colours[LIGHT]) > 192
