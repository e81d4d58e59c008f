"""Cockpits on two hosts write one incident."""

from pathlib import Path

from support.terminal import PtyProcess, StartInTerminal

from cockpit.clock import utc_now
from cockpit.incident.file import IncidentFile


def open_cockpit(start: StartInTerminal, home: Path, dsn: str, *arguments: str) -> PtyProcess:
    """Open a cockpit that looks at no cluster, on a host of its own."""
    home.mkdir(exist_ok=True)
    config = home / "cockpit.toml"
    config.write_text(f'[incident]\ndirectory = "incidents"\nshared = "{dsn}"\n')
    environ = {"HOME": str(home), "COCKPIT_CONFIG": str(config)}
    return start("-m", "cockpit", "--kubeconfig", "/nowhere", *arguments, size=(160, 45), env=environ)


def write(cockpit: PtyProcess, note: str, said: str) -> None:
    """Write a note as a person would."""
    cockpit.feed(b"i")
    cockpit.wait_for(" note ")
    cockpit.feed(f"{note}\r".encode())
    cockpit.wait_for(f"{said}: {note}")


def test_that_nothing_is_shared_is_said_and_holds_nothing_up(
    start_in_terminal: StartInTerminal, tmp_path: Path
) -> None:
    cockpit = open_cockpit(start_in_terminal, tmp_path / "a", "host=127.0.0.1 port=1 dbname=none")
    cockpit.wait_for("Acknowledge")
    write(cockpit, "api is down", "saved")
    cockpit.wait_for(" unshared ")


def test_two_hosts_see_what_the_other_writes(start_in_terminal: StartInTerminal, dsn: str, tmp_path: Path) -> None:
    first = open_cockpit(start_in_terminal, tmp_path / "a", dsn)
    first.wait_for("Acknowledge")
    write(first, "api is down", "saved")
    first.wait_for("saved · shared")

    second = open_cockpit(start_in_terminal, tmp_path / "b", dsn, "--join")
    second.wait_for("api is down")
    write(second, "it is the network", "saved here, not yet shared")
    first.wait_for("it is the network")
    write(first, "then mend it", "saved")
    second.wait_for("then mend it")
    second.wait_for("saved · shared")

    (home,) = (tmp_path / "a" / "incidents").glob("*.incident")
    (replica,) = (tmp_path / "b" / "incidents" / "shared").glob("*/*.incident")
    files = [IncidentFile.open(path, clock=utc_now) for path in (home, replica)]
    here, there = (file.audit() for file in files)
    assert here == there
    assert here[1] is None
    assert [entry.text for entry in here[0]][1:] == ["api is down", "it is the network", "then mend it"]
    for file in files:
        file.close()
