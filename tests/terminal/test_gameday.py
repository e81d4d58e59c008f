"""`cockpit gameday` in a terminal: however it ends, no process and no file of the practice world is left."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest
from support.terminal import PtyProcess, plain_environment


@pytest.fixture
def gameday(cockpit: Callable[..., PtyProcess]) -> PtyProcess:
    """A cockpit on a practice world of its own."""
    opened = cockpit("gameday")
    opened.wait_for("READY")
    opened.wait_for("db-0")
    return opened


@pytest.fixture
def left_over(gameday: PtyProcess, home: Mapping[str, str]) -> Callable[[], list[object]]:
    """Give what is left of the game day: its processes and its files."""
    children = psutil.Process(gameday.process.pid).children(recursive=True)
    assert children
    assert list(Path(home["TMPDIR"]).iterdir())

    def look() -> list[object]:
        _, alive = psutil.wait_procs(children, timeout=10)
        return [*alive, *Path(home["TMPDIR"]).iterdir()]

    return look


def test_nothing_is_left_after_q(gameday: PtyProcess, left_over: Callable[[], list[object]]) -> None:
    gameday.feed(b"q")
    assert gameday.exit_status() == 0
    assert gameday.restored
    assert left_over() == []


def test_a_right_that_is_denied_is_missing_on_the_screen(cockpit: Callable[..., PtyProcess]) -> None:
    opened = cockpit("gameday", "--scenario", "steady", "--deny", "nodes")
    opened.wait_for("k8s 1 denied")


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_a_shell_can_be_practised(cockpit: Callable[..., PtyProcess]) -> None:
    opened = cockpit("gameday", "--scenario", "steady", "--write")
    opened.wait_for("db-0")
    opened.feed(b"/db-0\r")
    opened.wait_for("Pods 1 of")
    opened.feed(b"s")
    opened.wait_for("shell in postgres")
    opened.feed(b"\r")
    opened.wait_for("/app $")
    opened.feed(b"nslookup web\r")
    opened.wait_for("Name:      web")
    opened.feed(b"exit\r")
    opened.wait_for("Pods 1 of")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_nothing_is_left_after_a_signal(
    gameday: PtyProcess, left_over: Callable[[], list[object]], number: signal.Signals
) -> None:
    gameday.signal(number)
    assert gameday.exit_status() == 128 + number
    assert gameday.restored
    assert left_over() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_after_a_signal_while_the_world_starts(
    cockpit: Callable[..., PtyProcess], home: Mapping[str, str], number: signal.Signals
) -> None:
    starting = cockpit("gameday")
    itself = psutil.Process(starting.process.pid)
    starting.wait_until(lambda: bool(itself.children()), "process of the practice world")
    world = itself.children()
    starting.signal(number)
    assert starting.exit_status() in {-number, 128 + number}
    assert psutil.wait_procs(world, timeout=10)[1] == []
    assert list(Path(home["TMPDIR"]).iterdir()) == []


def test_nothing_is_left_after_the_program_was_killed(
    gameday: PtyProcess, left_over: Callable[[], list[object]]
) -> None:
    gameday.signal(signal.SIGKILL)
    assert gameday.exit_status() == -signal.SIGKILL
    assert left_over() == []


def test_nothing_is_left_when_the_terminal_is_gone(gameday: PtyProcess, left_over: Callable[[], list[object]]) -> None:
    gameday.hang_up()
    assert gameday.exit_status_unread() == 128 + signal.SIGHUP
    assert left_over() == []


def test_the_scenarios_are_listed(home: Mapping[str, str]) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "cockpit", "gameday", "--list"],
        capture_output=True,
        text=True,
        env=plain_environment(**home),
        check=False,
    )
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "bad-deploy" in listed.stdout
