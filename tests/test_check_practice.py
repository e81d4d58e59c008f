"""`cockpit check` as a person types it, on a practice world, over real sockets."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.gameday.command import practice
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS


class Shell:
    """Types commands with a home directory of its own."""

    def __init__(self, home: Path) -> None:
        self._environ = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "cockpit", *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self._environ)

    def type(self, *arguments: str) -> tuple[int, str]:
        with self.start(*arguments) as program:
            output, complaints = program.communicate(timeout=20)
        assert complaints == ""
        return program.returncode, output


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_quiet_day_is_0(shell: Shell) -> None:
    with practice("steady") as facts:
        status, output = shell.type("check", "--kubeconfig", str(facts.kubeconfig))
    assert (status, output.splitlines()[-1]) == (0, "nothing is wrong")


def test_a_bad_deploy_is_seen_while_watching_and_is_the_exit_status(shell: Shell) -> None:
    with (
        practice("bad-deploy", speed=20) as facts,
        shell.start("check", "--watch", "--kubeconfig", str(facts.kubeconfig)) as program,
    ):
        wrong = ""
        everything_is_read = False
        while not (wrong and everything_is_read):
            assert program.stdout is not None
            line = program.stdout.readline()
            assert line
            wrong = wrong or (line if " wrong " in line else "")
            everything_is_read = everything_is_read or CRASH_LOGS in line
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=10)
    assert "api: " in wrong
    assert "crash-loop" in wrong
    assert program.returncode == 1


def test_a_viewer_who_may_not_see_nodes_is_told_so_and_it_is_no_failure(shell: Shell) -> None:
    with practice("steady") as facts:
        status, output = shell.type("check", "--context", "practice-viewer", "--kubeconfig", str(facts.kubeconfig))
    assert status == 0
    assert "denied   kubernetes/nodes: may not list nodes" in output
    assert "try: kubectl auth can-i list nodes" in output
    assert "nothing is wrong in what is known; limited by " in output.splitlines()[-1]


def test_a_cluster_that_has_gone_is_2(shell: Shell) -> None:
    with practice("steady") as facts:
        kept = facts.kubeconfig.read_text()
    kubeconfig = Path(shell._environ["HOME"]) / "kubeconfig"
    kubeconfig.write_text(kept)
    status, output = shell.type("check", "--kubeconfig", str(kubeconfig))
    assert status == 2
    assert re.match(r"failing  kubernetes/pods and \d+ more: cannot connect to http://127.0.0.1:", output)
