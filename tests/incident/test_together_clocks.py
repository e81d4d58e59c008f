"""What one cockpit decides holds in the others: ticks, severity, and the clocks that start and stop with them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.terminal import PtyProcess, StartInTerminal

Cockpit = Callable[..., PtyProcess]


@pytest.fixture
def cockpit(start_in_terminal: StartInTerminal, tmp_path: Path) -> Cockpit:
    """Opens cockpits that look at no cluster, and keep incidents in the same directory."""
    home = {"HOME": str(tmp_path), "COCKPIT_INCIDENT_DIRECTORY": str(tmp_path / "incidents")}

    def open_cockpit(*arguments: str) -> PtyProcess:
        nowhere = ("--kubeconfig", "/nowhere")
        return start_in_terminal("-m", "cockpit", *nowhere, *arguments, size=(160, 45), env=home)

    return open_cockpit


def header(screen: PtyProcess, text: str) -> None:
    """Wait until a text stands in the header."""
    screen.wait_until(lambda: text in screen.line(0), f"{text!r} in the header")


def minutes(screen: PtyProcess) -> int:
    """Read in how many minutes people have to be told; 0 when the header does not say."""
    due = re.search(r"update due (\d+) min", screen.line(0))
    return int(due[1]) if due else 0


def test_ticks_severity_and_clocks_are_those_of_all(cockpit: Cockpit) -> None:
    first = cockpit()
    first.wait_for("Acknowledge the page")
    first.feed(b"S")
    first.wait_for("when in doubt, the higher one")
    first.feed(b"sev1\r")
    header(first, "SEV1")
    second = cockpit("--join")
    for screen in (first, second):
        header(screen, "SEV1")
        header(screen, "acknowledge due")
    second.wait_for("Acknowledge the page")

    first.feed(b"0")
    first.wait_for("Checklist 0 of")
    first.feed(b" ")
    second.wait_for("Checklist 1 of")
    second.wait_for("✔ Acknowledge the page")
    for screen in (first, second):  # the clock that the tick stops, in both
        screen.wait_until(lambda screen=screen: "acknowledge due" not in screen.line(0), "stopped clock")  # type: ignore[misc]

    second.feed(b"S")
    second.wait_for("when in doubt, the higher one")
    second.feed(b"sev2\r")
    for screen in (first, second):  # of SEV1, an update is due in 15 minutes; of SEV2, in 30
        header(screen, "SEV2")
        screen.wait_until(lambda screen=screen: minutes(screen) > 20, "later update")  # type: ignore[misc]
