"""In a real tmux, everybody who is attached is recorded."""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from support.tmux import Tmux

from cockpit.clock import utc_now
from cockpit.incident.file import IncidentFile
from cockpit.incident.names import newest


def test_all_who_are_attached_when_an_incident_is_opened_are_written_down(
    tmux: Tmux, nowhere: Path, home: dict[str, str], recorded: Callable[[], list[str]]
) -> None:
    tmux.run([sys.executable, "-m", "cockpit", "--kubeconfig", str(nowhere)])
    first, second = tmux.attach((120, 40)), tmux.attach((120, 40))
    first.wait_for("Acknowledge")
    second.wait_for("Acknowledge")
    first.feed(b"ilooking\r")
    first.wait_for("attached to this tmux")
    assert [text.partition(":")[0] for text in recorded()[1:]] == ["looking", "attached to this tmux"]
    path = newest(Path(home["COCKPIT_INCIDENT_DIRECTORY"]))
    assert path is not None
    with closing(IncidentFile.open(path, clock=utc_now)) as file:
        entry = file.entries()[-1]
    clients = (entry.data["clients"] or "").split("; ")
    assert len(clients) == 2
    assert all("tmux client on /dev/pts/" in client for client in clients)
