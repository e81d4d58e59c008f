"""Hosts that share an incident through a PostgreSQL."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil

from cockpit.clock import Clock
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.incident.entry import Draft, Entry, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.incident.mirror.exchange import Exchange
from cockpit.incident.mirror.joining import to_join
from cockpit.incident.mirror.mirror import Mirror, shared_target
from cockpit.incident.mirror.shared_log import SharedLog, shared_log_over
from cockpit.incident.mirror.standing import Standing
from cockpit.sources.postgres.connecting import Connection, connect


class Host:
    """A host with an incident directory, as its cockpits use it, round by round."""

    def __init__(self, name: str, directory: Path, dsn: str, clock: Clock) -> None:
        self.name = name
        self.directory = directory
        self.dsn = dsn
        self.clock = clock
        self.path = Path()
        self._connection: Connection | None = None

    def join(self) -> None:
        """Join the one incident that is open in the shared log."""
        self.path = to_join(self.directory, self.clock, self.dsn)

    def log(self) -> SharedLog:
        """Give the shared log as this host reaches it."""
        if self._connection is None:
            self._connection = connect(shared_target(self.dsn), read_only=False)[0]
        return shared_log_over(self._connection)

    def round(self) -> Standing:
        """Exchange with the shared log what there is."""
        with closing(Exchange(self.path, self.name, self.clock)) as exchange:
            return exchange.round(self.log())

    def note(self, text: str, key: str | None = None) -> Entry:
        """Write a note."""
        return self.append(Draft(EntryKind.NOTE, text, "ana", key=key))

    def append(self, draft: Draft) -> Entry:
        """Write anything."""
        with closing(IncidentFile.open(self.path, clock=self.clock)) as file:
            return file.append(draft)

    def entries(self) -> list[Entry]:
        """Read the chain, after it is proved."""
        with closing(IncidentFile.open(self.path, clock=self.clock)) as file:
            entries, broken = file.audit()
        assert broken is None, f"entry {broken} of {self.path} is broken"
        return entries

    def texts(self) -> list[str]:
        return [entry.text for entry in self.entries()][1:]

    def waiting(self) -> Sequence[str]:
        """Read what has no place in the chain yet."""
        with closing(IncidentFile.open(self.path, clock=self.clock)) as file:
            return [entry.text for entry in file.waiting()]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Running:
    """A mirror that shares the incident of a host in its thread, as a cockpit there has it."""

    def __init__(self, host: Host, person: str = "ana") -> None:
        self._changed = threading.Condition()
        self.mirror = Mirror(host.dsn, person, clock=host.clock, host=host.name, tell=self._tell)
        self.mirror.start(host.path)

    def wait_until(self, holds: Callable[[Standing], bool], what: str, seconds: float = 20.0) -> Standing:
        """Wait until the standing is as wanted."""
        with self._changed:
            assert self._changed.wait_for(lambda: holds(self.mirror.standing), seconds), (
                f"no {what}: {self.mirror.standing}"
            )
        return self.mirror.standing

    def close(self) -> None:
        self.mirror.stop()
        self.mirror.join(5.0)

    def _tell(self, _: Standing) -> None:
        with self._changed:
            self._changed.notify_all()


@contextmanager
def frozen(server: PostgresServer) -> Iterator[None]:
    """Have a server with all its processes stand still: connections stay open, and nobody answers."""
    postmaster = psutil.Process(server.pid)
    processes = [postmaster, *postmaster.children(recursive=True)]
    try:
        for process in processes:
            process.suspend()
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()
