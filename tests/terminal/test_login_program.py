"""A login program that hangs: it is ended when the cockpit leaves, and does not hold it up."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from support.terminal import PtyProcess

SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
LONGEST_LEAVE = 5.0
"""Seconds; the program itself would be given 15."""
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: somewhere
contexts: [{name: somewhere, context: {cluster: somewhere, user: somebody, namespace: shop}}]
clusters: [{name: somewhere, cluster: {server: "http://127.0.0.1:9"}}]
users:
- name: somebody
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, interactiveMode: Never}}
"""


class Login:
    """The login program of a kubeconfig: it writes its number to a file, starts another program, and hangs."""

    def __init__(self, folder: Path) -> None:
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(KUBECONFIG)
        self._number = folder / "number"
        program = folder / "login"
        program.write_text(f"#!/bin/sh\nsleep 300 &\necho $$ > {self._number}\nwait\n")
        program.chmod(0o755)
        self._processes: list[psutil.Process] = []

    def wait_until_it_hangs(self) -> None:
        deadline = time.monotonic() + 15
        while not self._number.exists() or not self._number.read_text().endswith("\n"):
            assert time.monotonic() < deadline, "the login program was not started"
            time.sleep(0.01)
        login = psutil.Process(int(self._number.read_text()))
        self._processes = [login, *login.children()]
        assert len(self._processes) == 2

    def left_over(self) -> list[psutil.Process]:
        """Give what of it still runs, once what was killed is gone."""
        deadline = time.monotonic() + 5
        while (running := [process for process in self._processes if _runs(process)]) and time.monotonic() < deadline:
            time.sleep(0.01)
        return running

    def close(self) -> None:
        for process in self._processes:
            if _runs(process):
                process.kill()


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def login(tmp_path: Path) -> Iterator[Login]:
    program = Login(tmp_path)
    yield program
    program.close()


@pytest.fixture
def screen(cockpit: Callable[..., PtyProcess], login: Login) -> PtyProcess:
    """A cockpit that waits for its login."""
    opened = cockpit("--kubeconfig", str(login.kubeconfig))
    opened.wait_for("somewhere / shop")
    login.wait_until_it_hangs()
    return opened


def test_it_is_ended_by_q(screen: PtyProcess, login: Login) -> None:
    start = time.monotonic()
    screen.feed(b"q")
    assert screen.exit_status() == 0
    assert time.monotonic() - start < LONGEST_LEAVE
    assert screen.restored
    assert login.left_over() == []


@SIGNALS
def test_it_is_ended_by_a_signal(screen: PtyProcess, login: Login, number: signal.Signals) -> None:
    start = time.monotonic()
    screen.signal(number)
    assert screen.exit_status() == 128 + number
    assert time.monotonic() - start < LONGEST_LEAVE
    assert screen.restored
    assert login.left_over() == []


def test_it_is_ended_when_the_terminal_is_gone(screen: PtyProcess, login: Login) -> None:
    screen.hang_up()
    assert screen.exit_status_unread() == 128 + signal.SIGHUP
    assert login.left_over() == []


@SIGNALS
@pytest.mark.parametrize("command", ["check", "doctor"])
def test_without_a_screen_it_is_ended_by_a_signal(
    cockpit: Callable[..., PtyProcess], login: Login, command: str, number: signal.Signals
) -> None:
    lines = cockpit(command, "--kubeconfig", str(login.kubeconfig))
    login.wait_until_it_hangs()
    start = time.monotonic()
    lines.signal(number)
    assert lines.exit_status() == 128 + number
    assert time.monotonic() - start < LONGEST_LEAVE
    assert lines.output == b""
    assert login.left_over() == []


def test_watching_it_is_ended_by_a_signal(cockpit: Callable[..., PtyProcess], login: Login) -> None:
    lines = cockpit("check", "--watch", "--kubeconfig", str(login.kubeconfig))
    login.wait_until_it_hangs()
    lines.signal(signal.SIGTERM)
    assert lines.exit_status() in {0, 1, 2}  # what is known by then
    assert b"Traceback" not in lines.output
    assert login.left_over() == []
