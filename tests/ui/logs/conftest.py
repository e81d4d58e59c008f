"""A tiny program around a log view."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from cockpit.logs.block import LineKind, LogBlock
from cockpit.logs.buffer import MAX_BYTES, LogBuffer
from cockpit.ui.logs import log_view
from cockpit.ui.logs.log_view import LogView

SECOND = 1_000_000_000
START = 1_795_270_131 * SECOND  # 2026-11-21T14:08:51Z
X2 = "api-7f9c6d-x2lqp/api"


class Host(App[None]):
    """Nothing but a log view, and what it said about itself."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        super().__init__()
        self.buffer = LogBuffer(max_bytes)
        self.view = LogView(self.buffer)
        self.statuses: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def on_log_view_status_changed(self, event: LogView.StatusChanged) -> None:
        self.statuses.append(event.status)

    def write(self, *lines: bytes, stream: str = X2, kind: LineKind = LineKind.TEXT) -> None:
        """Let lines arrive, one a second."""
        first = self.buffer.end
        times = array("q", (START + (first + index) * SECOND for index in range(len(lines))))
        self.buffer.append(LogBlock(stream=stream, text=b"\n".join(lines), times=times, kind=kind))
        self.view.lines_arrived()

    @property
    def rows(self) -> list[str]:
        """What stands on the screen."""
        return [self.view.render_line(y).text.rstrip() for y in range(self.view.size.height)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the program go on until something is so."""
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110  (looks as a person does)
                await asyncio.sleep(0.001)

    async def until_status(self, part: str) -> None:
        """Let the program go on until the view says this."""
        await self.until(lambda: part in self.view.status_text)

    async def until_shown(self, part: str) -> None:
        """Let the program go on until this is on the screen."""
        await self.until(lambda: any(part in row for row in self.rows))


@pytest.fixture(autouse=True)
def _quick_repaints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_view, "REPAINT_SECONDS", 0.001)


@pytest.fixture
def host() -> Host:
    """A program that is not running yet."""
    return Host()


@pytest.fixture
async def running(host: Host) -> AsyncIterator[Pilot[None]]:
    """Run the program on a screen of 60 by 6, without times before the lines."""
    async with host.run_test(size=(60, 6)) as pilot:
        await pilot.press("t", "t")
        yield pilot
