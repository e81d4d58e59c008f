"""A shell has the terminal to itself, and the cockpit has it back afterwards."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from support.terminal import PtyProcess

from .conftest import OpenCockpit

SHELL = """\
trap 'echo interrupted' INT
echo "in the shell"
read line
echo "heard $line"
read line
exit 3
"""


@pytest.fixture
def in_shell(cockpit: OpenCockpit, shop: Path, tmp_path: Path) -> Callable[[], PtyProcess]:
    """Open a cockpit, and in it a shell that a kubectl of the test's own plays."""

    def start() -> PtyProcess:
        program = tmp_path / "bin" / "kubectl"
        program.parent.mkdir()
        program.write_text(f"#!/bin/bash\n{SHELL}")
        program.chmod(0o755)
        path = f"{program.parent}:{os.environ['PATH']}"
        opened = cockpit("--kubeconfig", str(shop), "--write", env={"PATH": path})
        opened.wait_for("crash-loop")
        opened.feed(b"/db-0\r")
        opened.wait_for("Pods 1 of")
        opened.feed(b"s")
        opened.wait_for("shell in postgres")
        opened.feed(b"\r")
        opened.wait_for("in the shell")
        return opened

    return start


def test_what_is_typed_goes_to_the_shell_alone(in_shell: Callable[[], PtyProcess]) -> None:
    terminal = in_shell()
    terminal.feed(b"q\n")
    terminal.wait_for("heard q")
    terminal.feed(b"\n")
    terminal.wait_for("ended with status 3")
    terminal.wait_for("Pods 1 of")
    terminal.feed(b"q")
    terminal.wait_for("is open")
    terminal.feed(b"leave\r")
    assert terminal.exit_status() == 0
    assert terminal.restored


def test_an_interrupt_is_for_the_shell(in_shell: Callable[[], PtyProcess]) -> None:
    terminal = in_shell()
    terminal.feed(b"\x03")
    terminal.wait_for("interrupted")
    terminal.feed(b"\n\n")
    terminal.wait_for("ended with status 3")


def test_when_the_terminal_is_gone_the_shell_ends_with_the_cockpit(in_shell: Callable[[], PtyProcess]) -> None:
    terminal = in_shell()
    children = psutil.Process(terminal.process.pid).children(recursive=True)
    assert children
    terminal.hang_up()
    assert terminal.exit_status_unread() == 128 + signal.SIGHUP
    assert psutil.wait_procs(children, timeout=5)[1] == []
