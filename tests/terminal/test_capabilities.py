"""Terminals that can do less: no control sequences, few colours, no colours, few signs."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from support.terminal import PtyProcess, plain_environment

MOUSE_ON = (b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h")
TAKEN_OVER = b"\x1b[?1049h"
LATIN_1 = {"LANG": "de_AT.ISO-8859-1"}

FEW_COLOURS = pytest.mark.parametrize(
    "env", [{"NO_COLOR": "1"}, {"TERM": "xterm"}, {"COCKPIT_THEME": "terminal"}], ids=["none", "16", "theme terminal"]
)


def styles(screen: PtyProcess) -> set[str]:
    """Give every style that was sent: the codes between CSI and m."""
    return set(re.findall(r"\x1b\[([\d;]+)m", screen.output.decode("latin-1")))


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_a_terminal_without_a_cursor_is_offered_lines(cockpit: Callable[..., PtyProcess], term: str) -> None:
    refused = cockpit(env={"TERM": term})
    assert refused.exit_status() == 2
    assert b"cockpit check --watch" in refused.output
    assert b"\x1b" not in refused.output


def test_without_a_keyboard_lines_are_offered(cockpit: Callable[..., PtyProcess]) -> None:
    refused = cockpit(stdin=subprocess.DEVNULL)
    assert refused.exit_status() == 2
    assert b"cockpit check --watch" in refused.output
    assert b"\x1b" not in refused.output


def test_without_any_terminal_lines_are_offered(home: Mapping[str, str]) -> None:
    environ = plain_environment(**home)
    refused = subprocess.run(
        [sys.executable, "-m", "cockpit"], stdin=subprocess.DEVNULL, capture_output=True, env=environ, check=False
    )
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"cockpit check --watch" in refused.stderr
    assert b"\x1b" not in refused.stderr


def test_errors_can_be_led_away_from_the_terminal(
    cockpit: Callable[..., PtyProcess], shop: Path, tmp_path: Path
) -> None:
    errors = os.open(tmp_path / "errors", os.O_WRONLY | os.O_CREAT)
    screen = cockpit("--kubeconfig", str(shop), stderr=errors)
    os.close(errors)
    screen.wait_for("crash-loop")
    screen.feed(b"q")
    assert screen.exit_status() == 0
    assert screen.restored
    assert (tmp_path / "errors").read_bytes() == b""


def test_sixteen_colours(cockpit_on_shop: Callable[..., PtyProcess]) -> None:
    screen = cockpit_on_shop(env={"TERM": "xterm"})
    screen.wait_for("CrashLoopBackOff")
    codes = {code for style in styles(screen) for code in style.split(";")}
    assert "91" in codes or "31" in codes  # something is red
    assert not codes & {"38", "48"}  # what begins a colour beyond the sixteen


def test_no_colours(cockpit_on_shop: Callable[..., PtyProcess]) -> None:
    screen = cockpit_on_shop(env={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    screen.wait_for("CrashLoopBackOff")
    codes = {int(code) for style in styles(screen) for code in style.split(";")}
    assert [code for code in codes if code >= 30 and code not in {39, 49}] == []


@FEW_COLOURS
def test_the_row_under_the_cursor_can_be_seen(cockpit_on_shop: Callable[..., PtyProcess], env: dict[str, str]) -> None:
    screen = cockpit_on_shop(env=env)
    screen.wait_for("CrashLoopBackOff")
    screen.wait_until(lambda: len(screen.reversed_lines()) == 1, "one row in reverse")
    row = screen.reversed_lines()[0]
    screen.feed(b"j")
    screen.wait_until(lambda: screen.reversed_lines() == [row + 1], "next row in reverse")


@FEW_COLOURS
def test_the_cursor_in_a_text_can_be_seen(cockpit_on_shop: Callable[..., PtyProcess], env: dict[str, str]) -> None:
    screen = cockpit_on_shop(env=env)
    screen.feed(b"/worker")
    screen.wait_for("filter worker")
    y = next(y for y in range(24) if "filter worker" in screen.line(y))
    cell = screen.cell(len(screen.line(y).rstrip()), y)
    assert (cell.reverse, cell.fg, cell.bg) == (True, "default", "default")


@pytest.mark.parametrize("env", [{"LANG": "C"}, {"LC_ALL": "C"}, LATIN_1], ids=["LANG=C", "LC_ALL=C", "Latin-1"])
def test_signs_have_twins_where_there_is_no_utf8(
    cockpit_on_shop: Callable[..., PtyProcess], env: dict[str, str]
) -> None:
    screen = cockpit_on_shop(size=(160, 45), env=env)
    screen.wait_for("Acknowledge")
    screen.feed(b"S")
    screen.wait_for("type to narrow down")
    screen.feed(b"SEV2\r")
    screen.wait_for("severity SEV2")
    screen.feed(b"?")
    screen.wait_for("table.down")
    assert "?" not in screen.text.replace("? help", "").replace(" ?  ", "")
    screen.feed(b"\x1b")
    screen.wait_until(lambda: "table.down" not in screen.text, "end of the help")
    screen.feed(b"3")
    screen.wait_for("DATABASE_URL")
    screen.wait_until(lambda: "?" not in screen.text.replace("? help", ""), "log in which every sign has a twin")
    shown = screen.output.decode("iso-8859-1")
    assert {sign for sign in shown if not sign.isascii()} <= ({"·", "»"} if env is LATIN_1 else set())


def test_the_mouse_is_left_to_the_terminal(cockpit_on_shop: Callable[..., PtyProcess]) -> None:
    screen = cockpit_on_shop()
    assert TAKEN_OVER in screen.output
    assert not any(mode in screen.output for mode in MOUSE_ON)


def test_the_mouse_is_used_if_the_configuration_says_so(
    cockpit: Callable[..., PtyProcess], shop: Path, tmp_path: Path
) -> None:
    config = tmp_path / "cockpit.toml"
    config.write_text("[ui]\nmouse = true\n")
    screen = cockpit("--kubeconfig", str(shop), "--config", str(config))
    screen.wait_for("crash-loop")
    assert MOUSE_ON[0] in screen.output
    screen.feed(b"q")
    screen.exit_status()
    assert screen.restored


def test_an_incident_directory_that_cannot_be_written_is_shown_loudly_at_the_start(
    cockpit_on_shop: Callable[..., PtyProcess],
) -> None:
    screen = cockpit_on_shop(size=(160, 45), env={"COCKPIT_INCIDENT_DIRECTORY": "/proc/incidents"})
    screen.wait_for("/proc/incidents")
    screen.wait_for("cannot be saved")
    screen.feed(b"ikeep this\r")
    screen.wait_for("NOT SAVED")
    screen.feed(b"q")
    screen.wait_for("1 entries are not saved and would be lost")
