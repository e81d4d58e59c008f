"""Inside a real tmux: clients of different size, detaching, and the end of the session."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from support.terminal import PtyProcess
from support.tmux import Tmux

CLOCK = re.compile(r"\d\d:\d\d:\d\d UTC")


@pytest.fixture
def client(tmux: Tmux, shop: Path) -> PtyProcess:
    """A client of 160 columns that shows the cockpit."""
    tmux.run([sys.executable, "-m", "cockpit", "--kubeconfig", str(shop)])
    attached = tmux.attach((160, 45))
    attached.wait_for("crash-loop")
    attached.wait_for("Checklist")
    return attached


def test_the_screen_follows_the_client_that_is_used(tmux: Tmux, client: PtyProcess) -> None:
    small = tmux.attach((80, 24))
    small.wait_for("1 wrong api")
    small.feed(b"2")
    small.wait_for("READY")
    small.wait_until(lambda: "Checklist" not in small.text, "narrow screen")
    assert CLOCK.search(small.line(0))
    client.feed(b"1")
    client.wait_for("Checklist")
    client.wait_for("Logs")
    assert CLOCK.search(client.line(0))


def test_it_is_there_again_after_detaching(tmux: Tmux, client: PtyProcess) -> None:
    client.feed(b"iwritten before\r")
    client.wait_for("saved: written before")
    tmux.detach()
    again = tmux.attach((120, 40))
    again.wait_for("written before")
    again.wait_for("Checklist")
    again.feed(b"q")
    again.wait_for("it stays open")
    again.feed(b"leave\r")
    again.wait_for("left with 0")
    assert "Wrong now" not in again.text


def test_the_end_of_the_session_ends_the_program(
    tmux: Tmux, client: PtyProcess, recorded: Callable[[], list[str]]
) -> None:
    client.feed(b"iwritten before\r")
    client.wait_for("saved: written before")
    programs = psutil.Process(int(tmux.told("#{pane_pid}"))).children(recursive=True)
    assert programs
    tmux.close_session()
    _, alive = psutil.wait_procs(programs, timeout=10)
    assert alive == []
    assert recorded()[-1] == "written before"
