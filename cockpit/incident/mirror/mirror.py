"""Keeps an incident file and the shared log together, in a thread that nothing waits for."""

import random
import select
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cockpit.clock import Clock
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.mirror.standing import Standing
from cockpit.reading import SourceError
from cockpit.sources.postgres.target import Target, parameters_of

if TYPE_CHECKING:  # load psycopg
    from cockpit.incident.mirror.exchange import Exchange
    from cockpit.incident.mirror.shared_log import SharedLog
    from cockpit.sources.postgres.connecting import Connection

LOOK_SECONDS = 0.25
"""How often it looks whether something was written into the file."""
ROUND_SECONDS = 5.0
"""The longest pause between two rounds: a pooler keeps notifications back."""
GREET_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before the first try after a loss, and later ones."""
LAST_SECONDS = 1.0
"""How long the end of the program waits for the last entries to be shared."""


def shared_target(shared: str) -> Target:
    """Tell where the shared log is: `[incident] shared`."""
    return Target("shared", parameters_of(shared))


class Mirror:
    """Shares one incident file once `start` has named it. Belongs to one event loop or thread."""

    def __init__(
        self,
        shared: str,
        person: str,
        *,
        clock: Clock,
        tell: Callable[[Standing], None] = lambda _: None,
        host: str | None = None,
    ) -> None:
        """Share by the PostgreSQL at `shared`.

        Args:
            shared: a connection string without a password.
            person: who is here.
            clock: where the time comes from.
            tell: called in the thread whenever the standing has changed.
            host: what this host is called; by default what it calls itself.
        """
        self.standing = Standing()
        self._target = shared_target(shared)
        self._person = person
        self._host = host or socket.gethostname()
        self._clock = clock
        self._tell = tell
        self._well_at: datetime | None = None
        self._ending = threading.Event()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def started(self) -> bool:
        """Whether it knows what to share."""
        return self._thread is not None

    def start(self, path: Path) -> None:
        """Share the incident file `path` from now on."""
        self._thread = threading.Thread(target=self._run, args=(path,), name="cockpit-mirror", daemon=True)
        self._thread.start()

    def hurry(self) -> None:
        """Try again now."""
        self._hurry.set()

    def stop(self) -> None:
        """Have it end after a last round. Does not wait."""
        self._ending.set()
        self._hurry.set()

    def join(self, seconds: float = LAST_SECONDS) -> None:
        """Wait until it has ended, but not for long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, path: Path) -> None:
        pause = FIRST_PAUSE
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                self._serve(path)
            except Exception as error:  # noqa: BLE001  (whatever it is: the next try may go well)
                self._lost(error)
            if self._ending.is_set():
                return
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE  # it went well for a while
            self._hurry.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311  (not a secret)
            self._hurry.clear()
            pause = min(2 * pause, LONGEST_PAUSE)

    def _serve(self, path: Path) -> None:
        """Exchange what there is until the end, or until something fails."""
        from cockpit.incident.mirror.exchange import Exchange  # noqa: PLC0415  (loads psycopg)
        from cockpit.incident.mirror.shared_log import shared_log_over  # noqa: PLC0415
        from cockpit.sources.postgres.connecting import connect  # noqa: PLC0415

        exchange = Exchange(path, self._host, self._clock)
        try:
            with connect(self._target, read_only=False)[0] as connection:
                shared = shared_log_over(connection)
                shared.listen(self._hurry.set)
                self._exchange(exchange, shared, connection)
        finally:
            exchange.close()

    def _exchange(self, exchange: "Exchange", shared: "SharedLog", connection: "Connection") -> None:
        greeted = -GREET_SECONDS
        while True:
            self._hurry.clear()
            ending = self._ending.is_set()  # looked at before the round: the last one has to be a whole one
            standing = exchange.round(shared)
            incident = exchange.incident
            if incident and time.monotonic() - greeted >= GREET_SECONDS and shared.may_write():
                shared.greet(incident, self._host, self._person)
                greeted = time.monotonic()
            present = shared.present(incident) if incident else ()
            self._well_at = self._clock()
            self._stands(msgspec.structs.replace(standing, present=present))
            if ending:
                if incident and shared.may_write():
                    shared.leave(incident, self._host, self._person)
                return
            self._wait(exchange, connection)

    def _wait(self, exchange: "Exchange", connection: "Connection") -> None:
        """Wait for news from either side."""
        until = time.monotonic() + ROUND_SECONDS
        while time.monotonic() < until and not self._hurry.is_set():
            if select.select([connection], [], [], LOOK_SECONDS)[0]:
                connection.pgconn.consume_input()
                if connection.pgconn.notifies() is not None:
                    return
            if exchange.changed():
                return

    def _stands(self, standing: Standing) -> None:
        if standing != self.standing:
            self.standing = standing
            self._tell(standing)

    def _lost(self, error: Exception) -> None:
        """Say what failed; what was known of the other side is no longer."""
        trouble, remedy = self._explained(error)
        since = self.standing.lost_since or self._well_at or self._clock()
        lost = {"trouble": trouble, "remedy": remedy, "lost_since": since, "present": ()}
        self._stands(msgspec.structs.replace(self.standing, **lost))

    def _explained(self, error: Exception) -> tuple[str, str | None]:
        from cockpit.sources.postgres.errors import source_error  # noqa: PLC0415

        if isinstance(error, IncidentFileError | SourceError):
            return error.message, error.remedy
        told = source_error(error, self._target)
        return told.message, told.remedy
