"""Login programs end when nobody waits for them any more."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cockpit.sources.kubernetes.login_programs import Ended, LoginPrograms, Printed


@pytest.fixture
def programs() -> LoginPrograms:
    return LoginPrograms()


def sh(programs: LoginPrograms, script: str) -> Callable[[], Printed]:
    return lambda: programs.run(["sh", "-c", script], os.environ, time_out=30)


def test_what_runs_is_ended_with_all_that_it_has_started(programs: LoginPrograms, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")
    ended: list[Printed] = []
    hanging = sh(programs, f"sleep 60 & echo $! > {tmp_path}/started; wait")
    waiting = threading.Thread(target=lambda: ended.append(hanging()))
    waiting.start()
    child = psutil.Process(int((tmp_path / "started").read_text()))
    programs.end()
    waiting.join(10)
    assert [printed.status for printed in ended] == [-9]
    assert psutil.wait_procs([child], timeout=5)[1] == []


def test_none_is_started_afterwards(programs: LoginPrograms, tmp_path: Path) -> None:
    programs.end()
    with pytest.raises(Ended):
        sh(programs, f"touch {tmp_path}/started")()
    assert list(tmp_path.iterdir()) == []


def test_to_end_them_when_none_runs_changes_nothing(programs: LoginPrograms) -> None:
    assert sh(programs, "echo done")() == Printed(0, b"done\n", b"")
    programs.end()
