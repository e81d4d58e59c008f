"""A terminal that nobody reads: the program goes on, keeps its size, and is there again when it is read."""

import signal
import time
from collections.abc import Callable

import psutil
import pytest
from support.terminal import PtyProcess

STALL_SECONDS = 1.0
MEGABYTE = 2**20


@pytest.fixture
def stalled(cockpit_on_shop: Callable[..., PtyProcess]) -> PtyProcess:
    """A cockpit that shows logs which flow on, on a terminal that is not read any more."""
    screen = cockpit_on_shop(size=(200, 60))
    screen.wait_for("Acknowledge")
    screen.feed(b"/web\rL")
    screen.wait_for("GET")
    time.sleep(STALL_SECONDS)
    return screen


def waits_for(condition: Callable[[], bool]) -> None:
    """Wait without reading from the terminal."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_typed_is_still_done(stalled: PtyProcess, recorded: Callable[[], list[str]]) -> None:
    stalled.feed(b"iseen by nobody\r")
    waits_for(lambda: "seen by nobody" in recorded())


def test_memory_does_not_grow(stalled: PtyProcess) -> None:
    memory = psutil.Process(stalled.process.pid).memory_info
    before = memory().rss
    time.sleep(STALL_SECONDS)
    assert memory().rss - before < 10 * MEGABYTE


def test_the_screen_is_up_to_date_once_it_is_read_again(stalled: PtyProcess) -> None:
    stalled.resize((160, 45))
    stalled.feed(b"1")
    stalled.wait_for("Wrong now")
    stalled.wait_for("READY")
    clock = stalled.line(0)
    stalled.wait_until(lambda: stalled.line(0) != clock, "clock that goes on")
    stalled.wait_until(lambda: stalled.line(44).rstrip().endswith("? help"), "last line with the keys")


def test_leaving_does_not_wait_for_long(stalled: PtyProcess) -> None:
    stalled.feed(b"q")
    assert stalled.exit_status_unread() == 0


def test_a_signal_ends_it_too(stalled: PtyProcess) -> None:
    stalled.signal(signal.SIGTERM)
    assert stalled.exit_status_unread() == 128 + signal.SIGTERM
