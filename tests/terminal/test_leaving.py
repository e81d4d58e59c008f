"""However the program is made to leave: the terminal is restored, and the record holds what was shown as saved."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.terminal import PtyProcess

ALTERNATE_SCREEN, ALTERNATE_SCREEN_LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
CURSOR_SHOWN = b"\x1b[?25h"
"""The last that is sent when the terminal is given back."""
SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])


@pytest.fixture
def noted(cockpit_on_shop: Callable[..., PtyProcess]) -> PtyProcess:
    """A cockpit in which a note was written and shown as saved."""
    opened = cockpit_on_shop(size=(160, 45))
    opened.wait_for("Acknowledge")
    opened.feed(b"ifirst note\r")
    opened.wait_for("saved: first note")
    return opened


@pytest.mark.parametrize("key", [b"q", b"\x03"], ids=["q", "ctrl+c"])
def test_leaving_is_not_delayed_while_nothing_is_recorded(
    cockpit_on_shop: Callable[..., PtyProcess], key: bytes
) -> None:
    screen = cockpit_on_shop()
    screen.feed(key)
    assert screen.exit_status() == 0
    assert screen.restored


@pytest.mark.parametrize("key", [b"q", b"\x03"], ids=["q", "ctrl+c"])
def test_leaving_an_open_incident_is_asked_about(
    noted: PtyProcess, recorded: Callable[[], list[str]], key: bytes
) -> None:
    noted.feed(key)
    noted.wait_for("it stays open")
    noted.feed(b"leave\r")
    assert noted.exit_status() == 0
    assert noted.restored
    assert recorded()[-1] == "first note"


@SIGNALS
def test_a_signal_before_the_first_frame(
    cockpit: Callable[..., PtyProcess], shop: Path, number: signal.Signals
) -> None:
    screen = cockpit("--kubeconfig", str(shop))
    screen.wait_for_output(ALTERNATE_SCREEN)
    screen.signal(number)
    assert screen.exit_status() == 128 + number
    assert screen.restored


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_first_moments(cockpit: Callable[..., PtyProcess], shop: Path, number: signal.Signals) -> None:
    for moment in (0.0, 0.06, 0.15, 0.25, 0.35, 0.45):
        screen = cockpit("--kubeconfig", str(shop))
        time.sleep(moment)
        screen.signal(number)
        assert screen.exit_status() in {-number, 128 + number}  # a shell shows both as 128 + n
        assert screen.restored


SIGNALLED = """
import os
import signal
import sys
import cockpit.ui.run
from cockpit.__main__ import main
open_screen, calls, number = cockpit.ui.run.run_app, *map(int, sys.argv[1:3])
def count(*_):
    global calls
    calls -= 1
    if not calls:
        sys.setprofile(None)
        os.kill(os.getpid(), number)
def open_screen_counting(*arguments, **options):
    sys.setprofile(count)
    return open_screen(*arguments, **options)
cockpit.ui.run.run_app = open_screen_counting
sys.argv[:3] = ["cockpit"]
main()
"""


@pytest.mark.parametrize("calls", [1, 1_000, 10_000, 30_000, 40_000, 80_000, 150_000, 250_000, 350_000])
def test_a_signal_after_so_many_steps_of_the_start(
    start_in_terminal: Callable[..., PtyProcess], home: dict[str, str], shop: Path, calls: int
) -> None:
    number = signal.SIGINT  # the one for which asyncio has a way of its own
    screen = start_in_terminal("-c", SIGNALLED, str(calls), str(int(number)), "--kubeconfig", str(shop), env=home)
    assert screen.exit_status() in {-number, 128 + number}
    assert screen.restored
    assert screen.output == b"" or screen.output.endswith(CURSOR_SHOWN)  # and no complaint about what was broken off


@SIGNALS
def test_a_signal_while_the_cluster_does_not_answer(
    cockpit: Callable[..., PtyProcess], nowhere: Path, number: signal.Signals
) -> None:
    screen = cockpit("--kubeconfig", str(nowhere))
    screen.wait_for("nowhere / shop")
    screen.signal(number)
    assert screen.exit_status() == 128 + number
    assert screen.restored


@SIGNALS
@pytest.mark.parametrize(
    ("typed", "shown"), [(b"isecond", "note second"), (b"S", "type to narrow down")], ids=["note", "dialog"]
)
def test_a_signal_while_something_is_asked(
    noted: PtyProcess, recorded: Callable[[], list[str]], typed: bytes, shown: str, number: signal.Signals
) -> None:
    noted.feed(typed)
    noted.wait_for(shown)
    noted.signal(number)
    assert noted.exit_status() == 128 + number
    assert noted.restored
    assert recorded()[-1] == "first note"


@SIGNALS
def test_a_signal_as_soon_as_a_note_is_accepted_does_not_tear_the_record(
    noted: PtyProcess, recorded: Callable[[], list[str]], number: signal.Signals
) -> None:
    noted.feed(b"isecond note\r")
    noted.wait_until(lambda: "note second note" not in noted.text, "end of the prompt")
    noted.signal(number)
    assert noted.exit_status() == 128 + number
    assert "first note" in recorded()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_it_is_quitting(
    noted: PtyProcess, recorded: Callable[[], list[str]], number: signal.Signals
) -> None:
    noted.feed(b"q")
    noted.wait_for("it stays open")
    noted.feed(b"leave\r")
    noted.wait_for_output(ALTERNATE_SCREEN_LEFT)
    noted.signal(number)
    assert noted.exit_status() in {0, 128 + number}
    assert noted.restored
    assert recorded()[-1] == "first note"


def test_the_program_leaves_when_its_terminal_is_gone(noted: PtyProcess, recorded: Callable[[], list[str]]) -> None:
    noted.hang_up()
    assert noted.exit_status_unread() == 128 + signal.SIGHUP
    assert recorded()[-1] == "first note"


CRASHING = """
import sys
from cockpit.__main__ import main
from cockpit.ui.screen import CockpitScreen
def fail(screen):
    raise RuntimeError("a defect of the program")
CockpitScreen.action_sidebar = fail
sys.argv[0] = "cockpit"
main()
"""


def test_a_crash_restores_the_terminal_and_is_an_exit_status(
    start_in_terminal: Callable[..., PtyProcess], home: dict[str, str], shop: Path
) -> None:
    screen = start_in_terminal("-c", CRASHING, "--kubeconfig", str(shop), env=home)
    screen.wait_for("crash-loop")
    screen.feed(b"b")
    assert screen.exit_status() == 1
    assert screen.restored
    assert b"a defect of the program" in screen.output
