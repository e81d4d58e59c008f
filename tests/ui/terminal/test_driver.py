"""The terminal driver in a real pseudo-terminal: it survives input, leaves in order, and restores the terminal."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.terminal import StartInTerminal

HOST = str(Path(__file__).with_name("driver_host.py"))
ALTERNATE_SCREEN = b"\x1b[?1049h"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file in which the host writes that it was closed in good order."""
    return tmp_path / "mark"


@pytest.fixture
def paints(tmp_path: Path) -> Path:
    """The file in which the host counts how often it changed its screen."""
    return tmp_path / "paints"


def _grows(path: Path, by: int) -> None:
    """Wait until the number in a file has grown, without reading from the terminal."""
    deadline = time.monotonic() + 15
    start: int | None = None
    while time.monotonic() < deadline:
        count = int(path.read_text() or 0) if path.exists() else 0
        start = count if start is None else start
        if count >= start + by:
            return
        time.sleep(0.005)
    pytest.fail("the program stands still")


def _reads(path: Path, text: str) -> None:
    """Wait until a file has this text, without reading from the terminal."""
    deadline = time.monotonic() + 15
    while not path.exists() or path.read_text() != text:
        assert time.monotonic() < deadline, f"{text!r} was not written"
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param(b"a\xffb", "typed a\N{REPLACEMENT CHARACTER}b", id="an invalid byte"),
        pytest.param(b"\x1b[200~x\xc3\x28y\x1b[201~", "pasted x\N{REPLACEMENT CHARACTER}(y", id="pasted invalid bytes"),
        pytest.param(b"Iquite long\r", "answer quite long", id="text behind the key that asks for it"),
        pytest.param(b"a\x1b[1114112ub", "typed ab", id="a key report that is no character"),
    ],
)
def test_whatever_is_typed_in_one_go_is_understood(
    start_in_terminal: StartInTerminal, typed: bytes, shown: str
) -> None:
    host = start_in_terminal(HOST)
    host.wait_for("ready")
    host.feed(typed)
    host.wait_for(shown)


def test_leaving_restores_the_terminal_and_gives_the_return_code(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST, "mouse")
    host.wait_for("ready")
    assert b"\x1b[?1003h" in host.output
    host.feed(b"Q")
    assert host.exit_status() == 7
    assert host.restored


def test_the_mouse_is_left_to_the_terminal_unless_asked_for(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST)
    host.wait_for("ready")
    assert b"\x1b[?1000h" not in host.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_closes_the_app_in_good_order(
    start_in_terminal: StartInTerminal, mark: Path, number: signal.Signals
) -> None:
    host = start_in_terminal(HOST, "mouse", env={"MARK": str(mark)})
    host.wait_for("ready")
    host.signal(number)
    assert host.exit_status() == 128 + number
    assert host.restored
    assert mark.read_text() == "unmounted"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_the_first_frame_does_too(
    start_in_terminal: StartInTerminal, mark: Path, number: signal.Signals
) -> None:
    host = start_in_terminal(HOST, "slow-start", env={"MARK": str(mark)})
    host.wait_for_output(ALTERNATE_SCREEN)
    host.signal(number)
    assert host.exit_status() == 128 + number
    assert host.restored
    assert mark.read_text() == "unmounted"


def test_a_second_signal_ends_at_once_and_still_restores_the_terminal(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST, "mouse", "stuck-closing")
    host.wait_for("ready")
    host.signal(signal.SIGTERM)
    host.wait_for_output(b"\x1b[?1049l")
    host.signal(signal.SIGTERM)
    assert host.exit_status() == 128 + signal.SIGTERM
    assert host.restored


def test_two_signals_in_a_row_do_not_get_into_each_others_way(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST, "slow-start")
    host.wait_for_output(ALTERNATE_SCREEN)
    host.signal(signal.SIGHUP)
    host.signal(signal.SIGTERM)
    assert host.exit_status() in {128 + signal.SIGHUP, 128 + signal.SIGTERM}  # the kernel may deliver either first
    assert host.restored


def test_an_app_that_does_not_close_is_ended_after_a_while(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST, "mouse", "stuck-closing", "impatient")
    host.wait_for("ready")
    host.signal(signal.SIGHUP)
    assert host.exit_status() == 128 + signal.SIGHUP
    assert host.restored


def test_a_second_hangup_does_not_hurry(start_in_terminal: StartInTerminal, mark: Path) -> None:
    host = start_in_terminal(HOST, "slow-closing", env={"MARK": str(mark)})
    host.wait_for("ready")
    host.signal(signal.SIGHUP)
    host.wait_for_output(b"\x1b[?1049l")
    host.signal(signal.SIGHUP)
    assert host.exit_status() == 128 + signal.SIGHUP
    assert mark.read_text() == "unmounted"


def test_a_start_that_fails_half_way_restores_the_terminal(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST, "failing-start")
    assert host.exit_status() == 1
    assert ALTERNATE_SCREEN in host.output
    assert host.restored
    assert b"no more threads" in host.output


def test_nothing_is_drawn_once_the_terminal_is_given_back(start_in_terminal: StartInTerminal, mark: Path) -> None:
    host = start_in_terminal(HOST, "late-writer", env={"MARK": str(mark)})
    host.wait_for("ready")
    host.feed(b"Q")
    assert host.exit_status() == 7
    assert mark.read_text() == "unmounted"
    assert b"too late" not in host.output


@pytest.mark.parametrize("ignored", [False, True], ids=["hangup", "nohup"])
def test_the_app_leaves_when_its_terminal_is_gone(
    start_in_terminal: StartInTerminal, mark: Path, tmp_path: Path, *, ignored: bool
) -> None:
    nohup = tmp_path / "nohup.py"
    nohup.write_text(
        "import os, signal, sys\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
    )
    host = start_in_terminal(*([str(nohup)] if ignored else []), HOST, "painting", env={"MARK": str(mark)})
    host.wait_for_output(ALTERNATE_SCREEN)
    host.wait_for_output(b"\x1b[?2004h")
    host.hang_up()
    assert host.exit_status_unread() == 128 + signal.SIGHUP
    assert mark.read_text() == "unmounted"


def test_a_stalled_terminal_does_not_stop_the_app(start_in_terminal: StartInTerminal, paints: Path) -> None:
    host = start_in_terminal(HOST, "painting", size=(160, 45), env={"PAINTS": str(paints)})
    host.wait_for_output(ALTERNATE_SCREEN)
    _grows(paints, by=60)  # enough to fill the kernel's buffer and Textual's queue many times
    host.feed(b"k")
    host.wait_for("typed k")


def test_while_the_terminal_is_stalled_paints_are_postponed(start_in_terminal: StartInTerminal, paints: Path) -> None:
    host = start_in_terminal(HOST, "painting", size=(160, 45), env={"PAINTS": str(paints)})
    host.wait_for_output(ALTERNATE_SCREEN)
    _grows(paints, by=60)
    host.feed(b"k")
    host.wait_for("typed k")
    assert len(set(re.findall(rb"(\d+) \1 \1 ", host.output))) < 15


def test_a_screen_opened_in_the_meantime_is_not_lost(start_in_terminal: StartInTerminal, paints: Path) -> None:
    host = start_in_terminal(HOST, "painting", size=(160, 45), env={"PAINTS": str(paints)})
    host.wait_for("ready")
    _grows(paints, by=30)
    host.feed(b"O")
    _grows(paints, by=5)
    host.wait_for("another screen")
    host.wait_until(lambda: "corner" not in host.text, "end of the screen below")


def test_a_new_size_in_the_meantime_is_not_lost_even_if_nothing_changes_any_more(
    start_in_terminal: StartInTerminal, paints: Path, mark: Path
) -> None:
    host = start_in_terminal(HOST, "painting", size=(160, 45), env={"PAINTS": str(paints), "MARK": str(mark)})
    host.wait_for("ready")
    _grows(paints, by=30)
    host.feed(b"P")
    host.resize((200, 50))
    _reads(mark, "200x50")
    host.wait_until(lambda: "corner" in host.line(0)[190:], "corner at its new place")
    host.wait_until(lambda: host.line(49).startswith("foot"), "foot at its new place")


def test_leaving_does_not_wait_for_a_stalled_terminal(start_in_terminal: StartInTerminal, paints: Path) -> None:
    host = start_in_terminal(HOST, "painting", "impatient", size=(160, 45), env={"PAINTS": str(paints)})
    host.wait_for_output(ALTERNATE_SCREEN)
    _grows(paints, by=30)
    host.feed(b"Q")
    assert host.exit_status_unread() == 7


def test_a_terminal_that_reads_again_is_restored(start_in_terminal: StartInTerminal, paints: Path) -> None:
    host = start_in_terminal(HOST, "painting", size=(160, 45), env={"PAINTS": str(paints)})
    host.wait_for_output(ALTERNATE_SCREEN)
    _grows(paints, by=30)
    host.signal(signal.SIGTERM)
    assert host.exit_status() == 128 + signal.SIGTERM
    assert host.restored


def test_what_a_terminal_has_not_taken_is_forgotten_on_leaving(
    start_in_terminal: StartInTerminal, paints: Path, mark: Path
) -> None:
    host = start_in_terminal(HOST, "painting", size=(300, 200), env={"PAINTS": str(paints), "MARK": str(mark)})
    host.wait_for("ready")
    _grows(paints, by=10)
    host.output = b""
    host.feed(b"Q")
    _reads(mark, "unmounted")
    assert host.exit_status() == 7
    assert len(host.output.partition(b"\x1b[?1049l")[0]) < 300 * 200  # less than one frame


def test_to_be_continued_without_having_been_stopped_changes_nothing(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST)
    host.wait_for("ready")
    host.signal(signal.SIGCONT)
    host.feed(b"ok")
    host.wait_for("typed ok")
    assert host.output.count(ALTERNATE_SCREEN) == 1


def test_a_stop_signal_gives_the_terminal_back_until_continued(start_in_terminal: StartInTerminal) -> None:
    host = start_in_terminal(HOST)
    host.wait_for("ready")
    for _ in range(2):
        host.signal(signal.SIGTSTP)
        host.wait_for_output(b"\x1b[?1049l")
        host.wait_until(host.stopped, "stopped program")
        assert host.restored
        host.output = b""
        host.signal(signal.SIGCONT)
        host.wait_for_output(ALTERNATE_SCREEN)
        host.wait_for_output(b"ready")
    host.feed(b"ok")
    host.wait_for("typed ok")


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"LANG": "C"}, "+- * ~ ???? ? -+"),
        ({"LANG": "C.UTF-8", "PYTHONIOENCODING": "iso-8859-1"}, "+- * ~ ???? é -+"),
        ({"LANG": "C.UTF-8"}, "┌─ ● ◐ 日本 é ─┐"),
    ],
    ids=["ascii", "latin-1", "utf-8"],
)
def test_what_the_terminal_cannot_show_becomes_ascii_of_the_same_width(
    start_in_terminal: StartInTerminal, env: dict[str, str], expected: str
) -> None:
    host = start_in_terminal(HOST, env=env)
    host.wait_for_output(b"ready")
    encoding = "iso-8859-1" if "PYTHONIOENCODING" in env else "utf-8"
    host.wait_for_output(expected.encode(encoding))


def test_output_goes_to_the_terminal_when_standard_error_does_not(
    start_in_terminal: StartInTerminal, tmp_path: Path
) -> None:
    errors = tmp_path / "errors"
    with errors.open("wb") as elsewhere:
        host = start_in_terminal(HOST, stderr=elsewhere.fileno())
    host.wait_for("ready")
    host.feed(b"Q")
    assert host.exit_status() == 7
    assert host.restored
    assert b"\x1b" not in errors.read_bytes()
