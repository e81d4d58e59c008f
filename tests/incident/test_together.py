"""Two cockpits and a script write one incident, and each sees what the others wrote."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.terminal import PtyProcess, StartInTerminal, plain_environment

from cockpit.clock import utc_now
from cockpit.incident.file import IncidentFile

Cockpit = Callable[..., PtyProcess]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "COCKPIT_INCIDENT_DIRECTORY": str(tmp_path / "incidents")}


@pytest.fixture
def cockpit(start_in_terminal: StartInTerminal, home: dict[str, str]) -> Cockpit:
    """Opens cockpits that look at no cluster."""

    def open_cockpit(*arguments: str) -> PtyProcess:
        nowhere = ("--kubeconfig", "/nowhere")
        return start_in_terminal("-m", "cockpit", *nowhere, *arguments, size=(160, 45), env=home)

    return open_cockpit


@pytest.fixture
def command(home: dict[str, str]) -> Command:
    """Runs commands without a screen."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        program = [sys.executable, "-m", "cockpit", *arguments]
        return subprocess.run(program, capture_output=True, text=True, env=plain_environment(**home), check=False)

    return run


def write(cockpit: PtyProcess, note: str) -> None:
    """Write a note as a person would."""
    cockpit.feed(b"i")
    cockpit.wait_for(" note ")
    cockpit.feed(f"{note}\r".encode())
    cockpit.wait_for(f"saved: {note}")


def test_each_sees_what_the_others_write(cockpit: Cockpit, command: Command, tmp_path: Path) -> None:
    first = cockpit()
    first.wait_for("Acknowledge")
    write(first, "api is down")
    (path,) = (tmp_path / "incidents").glob("*.incident")

    second = cockpit("--join")
    second.wait_for("api is down")
    second.feed(b"0")
    second.wait_for("2 here")
    write(second, "looking at the db")
    first.wait_for("looking at the db")

    assert command("log", "add", str(path), "SEV2", "--kind", "severity").returncode == 0
    for screen in (first, second):
        screen.wait_for("severity SEV2")
        screen.wait_until(lambda screen=screen: "SEV2" in screen.line(0), "severity in the header")  # type: ignore[misc]
        screen.wait_for("✔ Set the severity")  # both cockpits see that it is done: it is written once

    file = IncidentFile.open(path, clock=utc_now)
    *texts, tick = [entry.text for entry in file.entries()][1:]
    assert texts == ["api is down", "looking at the db", "severity SEV2"]
    assert tick == "✔ Set the severity; in doubt, higher (severity set to SEV2)"
    assert file.verify() is None
    file.close()


def test_where_no_incident_is_open_there_is_nothing_to_join(command: Command, tmp_path: Path) -> None:
    path = command("log", "new").stdout.strip()
    command("log", "add", path, "over", "--kind", "closed")
    answer = command("--join")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == f"cockpit: no incident is open in {tmp_path}/incidents (try: cockpit log list)\n"


def test_of_several_open_incidents_a_person_picks_one(command: Command) -> None:
    older, newer = (command("log", "new", "--title", title).stdout.strip() for title in ("api", "db"))
    answer = command("--join")
    assert answer.returncode == 2
    assert answer.stderr == (
        "cockpit: several incidents are open; type the one that you mean:\n"
        f"  cockpit --join {newer}\n"
        f"  cockpit --join {older}\n"
    )


def test_joining_and_going_on_are_the_same_and_exclude_each_other(command: Command) -> None:
    answer = command("--join", "a.incident", "--incident", "b.incident")
    assert answer.returncode == 2
    assert "not allowed with" in answer.stderr
