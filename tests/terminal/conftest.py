"""The real program in a real terminal, looking at a practice world or at a cluster that never answers."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest
from support.terminal import PtyProcess, StartInTerminal
from support.tmux import Tmux

from cockpit.clock import utc_now
from cockpit.gameday.command import practice
from cockpit.incident.entry import EntryKind, EntrySource
from cockpit.incident.file import IncidentFile
from cockpit.incident.names import newest

KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: nowhere
contexts: [{{name: nowhere, context: {{cluster: nowhere, user: nobody, namespace: shop}}}}]
clusters: [{{name: nowhere, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: nobody, user: {{}}}}]
"""


class OpenCockpit(Protocol):
    """Starts `python -m cockpit` in a pseudo-terminal, with a home directory of its own."""

    def __call__(
        self,
        *arguments: str,
        size: tuple[int, int] = ...,
        env: Mapping[str, str] = ...,
        stdin: int | None = None,
        stderr: int | None = None,
    ) -> PtyProcess:
        """Run `cockpit *arguments`, with `env` added to its environment."""


@pytest.fixture(scope="session")
def shop() -> Iterator[Path]:
    """The kubeconfig of a practice world whose api crash-loops; the other pods print 30 to 80 lines a second."""
    with practice("bad-deploy", speed=20) as facts:
        yield facts.kubeconfig


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Path]:
    """The kubeconfig of a cluster that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        path = tmp_path / "kubeconfig"
        path.write_text(KUBECONFIG.format(port=server.getsockname()[1]))
        yield path


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The variables that keep what a program writes in the test's own directory."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return {
        "HOME": str(tmp_path),
        "TMPDIR": str(scratch),
        "COCKPIT_INCIDENT_DIRECTORY": str(tmp_path / "incidents"),
    }


@pytest.fixture
def cockpit(start_in_terminal: StartInTerminal, home: dict[str, str]) -> OpenCockpit:
    """Start cockpits with whatever arguments."""

    def start(
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        stdin: int | None = None,
        stderr: int | None = None,
    ) -> PtyProcess:
        environ = {**home, **(env or {})}
        return start_in_terminal("-m", "cockpit", *arguments, size=size, env=environ, stdin=stdin, stderr=stderr)

    return start


@pytest.fixture
def cockpit_on_shop(cockpit: OpenCockpit, shop: Path) -> Callable[..., PtyProcess]:
    """Start a cockpit on the practice world, and wait until it says what is wrong there."""

    def start(size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None) -> PtyProcess:
        opened = cockpit("--kubeconfig", str(shop), size=size, env=env or {})
        opened.wait_for("crash-loop")
        return opened

    return start


SEEN_BY_ITSELF = [
    (kind, EntrySource.COCKPIT) for kind in (EntryKind.FOUND, EntryKind.CLEARED, EntryKind.EVIDENCE, EntryKind.STEP)
]


@pytest.fixture
def recorded(home: dict[str, str]) -> Callable[[], list[str]]:
    """Read the newest incident file without what the cockpit saw by itself, once its chain of hashes is found whole."""

    def read() -> list[str]:
        path = newest(Path(home["COCKPIT_INCIDENT_DIRECTORY"]))
        if path is None:
            return []
        with closing(IncidentFile.open(path, clock=utc_now)) as file:
            assert file.verify() is None
            return [entry.text for entry in file.entries() if (entry.kind, entry.source) not in SEEN_BY_ITSELF]

    return read


@pytest.fixture
def tmux(home: dict[str, str]) -> Iterator[Tmux]:
    """A tmux server of the test's own."""
    if not Tmux.installed():
        pytest.skip("tmux is not installed")
    with closing(Tmux(f"cockpit-test-{os.getpid()}", home)) as server:
        yield server
