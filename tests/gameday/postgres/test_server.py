"""A practice server keeps its port, and goes with the process that started it, however that ends."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cockpit.gameday.postgres.binaries import CHOSEN, NoPostgresError, chosen, find, major
from cockpit.gameday.postgres.server import PostgresServer

HOLD = """
import time
from cockpit.gameday.postgres.server import PostgresServer
server = PostgresServer()
{start}
print(server.room, flush=True)
time.sleep(60)
"""


INITDB = """
import threading
threading.Thread(target=server.start, daemon=True).start()
while server._initdb is None:
    time.sleep(0.001)
"""


def wait_until(gone: object, within: float = 10.0) -> None:
    assert callable(gone)
    deadline = time.monotonic() + within
    while not gone():
        assert time.monotonic() < deadline, "it has not gone"
        time.sleep(0.02)


@pytest.mark.parametrize("start", ["server.start()", INITDB, ""], ids=["running", "starting", "not started yet"])
def test_it_goes_with_a_process_that_is_killed(start: str) -> None:
    command = [sys.executable, "-c", HOLD.format(start=start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        room = Path(holder.stdout.readline().strip())
        assert room.exists()
        children = psutil.Process(holder.pid).children(recursive=True)
        assert len(children) >= 1
        holder.kill()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    wait_until(lambda: not room.exists())


def test_a_paused_server_goes_too() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD.format(start="server.start()")], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        room = Path(holder.stdout.readline().strip())
        (postmaster,) = [child for child in psutil.Process(holder.pid).children() if child.name() == "postgres"]
        postmaster.send_signal(signal.SIGSTOP)
        holder.kill()
    psutil.wait_procs([postmaster], timeout=10)
    assert not postmaster.is_running()
    wait_until(lambda: not room.exists())


def test_a_program_that_does_not_run_is_no_server(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "postgres"
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)
    with pytest.raises(NoPostgresError, match="does not run"):
        major(tmp_path)


def test_its_port_is_nobody_elses_before_it_listens() -> None:
    server = PostgresServer()
    try:
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", server.port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=2)
    finally:
        server.remove()
    assert not server.room.exists()


def test_a_folder_with_a_long_path_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    long = tmp_path / ("deep" * 20)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with PostgresServer() as server:
        assert server.socket.exists()
    assert list(long.iterdir()) == []


def test_a_person_may_choose_another_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "postgres").touch()
    monkeypatch.setenv(CHOSEN, str(tmp_path / "bin"))
    assert find() == tmp_path.resolve()


def test_a_choice_without_a_server_is_told_and_none_is_no_choice(tmp_path: Path) -> None:
    with pytest.raises(NoPostgresError, match=f"{CHOSEN}: there is no program postgres in "):
        chosen({CHOSEN: str(tmp_path)})
    assert chosen({}) is None
