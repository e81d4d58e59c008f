"""`cockpit log share` and `cockpit log adopt`, as a script types them."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from support.mirror import Host
from support.terminal import plain_environment

from cockpit.cli import parser
from cockpit.clock import Clock
from cockpit.incident.entry import EntryKind
from cockpit.incident.log_command import LogCommand, Settings, Streams

NOBODY = "host=127.0.0.1 port=1 dbname=none"


class Answer(NamedTuple):
    """What a command left."""

    status: int
    printed: str
    complaints: str


Type = Callable[..., Answer]


@pytest.fixture
def type_(tmp_path: Path, dsn: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Types a command of `cockpit log` on a host."""

    def run(host: Host, *words: str, shared: str | None = dsn) -> Answer:
        monkeypatch.setattr("socket.gethostname", lambda: host.name)
        out, complaints = io.StringIO(), io.StringIO()
        streams = Streams(io.StringIO(), out, complaints)
        command = LogCommand(lambda: Settings(tmp_path, shared=shared), clock, lambda: "ben", streams)
        status = command.run(parser().parse_args(["log", *words]))
        return Answer(status, out.getvalue(), complaints.getvalue())

    return run


def test_what_was_added_without_a_cockpit_is_shared_and_what_came_is_taken(
    home: Host, other: Host, type_: Type
) -> None:
    home.note("rolled back")
    assert type_(home, "share", str(home.path)) == (0, "shared up to 3\n", "")
    other.note("it is the network")
    assert type_(other, "share", str(other.path)) == (0, "shared up to 3, 1 waiting for bastion-a\n", "")
    assert other.texts() == ["api is down", "rolled back"]
    assert type_(home, "share", str(home.path)) == (0, "shared up to 4\n", "")
    assert home.texts()[-1] == "it is the network"
    assert type_(other, "share", str(other.path)) == (0, "shared up to 4\n", "")
    assert other.entries() == home.entries()


def test_what_cannot_be_reached_is_told_with_a_remedy(home: Host, type_: Type) -> None:
    status, printed, complaints = type_(home, "share", str(home.path), shared=NOBODY)
    assert (status, printed) == (1, "")
    assert complaints.startswith("cockpit log share: 127.0.0.1:1")
    assert "(try: pg_isready" in complaints


def test_what_is_wrong_with_the_shared_log_is_told(
    home: Host, other: Host, sql: Callable[..., object], type_: Type
) -> None:
    sql("INSERT INTO cockpit.inbox (incident, key, draft) SELECT incident, 'k', '{' FROM cockpit.incident")
    status, printed, complaints = type_(home, "share", str(home.path))
    assert (status, printed) == (1, "")
    assert complaints == (
        "cockpit log share: shared up to 2; 1 drafts in the shared log make no sense, and are not taken over\n"
    )


@pytest.mark.parametrize("words", [("share",), ("adopt", "--reason", "gone")])
def test_without_a_shared_log_it_says_where_one_is_set(home: Host, type_: Type, words: tuple[str, ...]) -> None:
    command, *options = words
    remedy = 'shared = "postgresql://…" under [incident] in cockpit.toml'
    answer = type_(home, command, str(home.path), *options, shared=None)
    assert answer == (2, "", f"cockpit log {command}: no shared log is set (try: {remedy})\n")


def test_adopting_says_how_it_stands_then(home: Host, other: Host, type_: Type) -> None:
    home.close()
    other.note("it is the network")
    answer = type_(other, "adopt", str(other.path), "--reason", "bastion-a is gone")
    assert answer == (0, "bastion-b is the home now, shared up to 4\n", "")
    adoption = other.entries()[2]
    assert (adoption.kind, adoption.actor) == (EntryKind.ADOPTED, "ben")
    again = type_(other, "adopt", str(other.path), "--reason", "bastion-a is gone")
    assert again == (2, "", f"cockpit log adopt: this host is the home of {other.path}\n")


def test_adopting_wants_a_reason(other: Host, type_: Type) -> None:
    status, _, complaints = type_(other, "adopt", str(other.path), "--reason", " ")
    assert (status, complaints) == (2, "cockpit log adopt: there is no text to write down\n")


def test_a_script_shares_with_what_is_configured(home: Host, dsn: str, tmp_path: Path) -> None:
    config = tmp_path / "cockpit.toml"
    config.write_text(f'[incident]\nshared = "{dsn}"\n')
    environment = plain_environment(HOME=str(tmp_path))
    command = [sys.executable, "-m", "cockpit", "log", "share", str(home.path), "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "shared up to 2\n", "")
