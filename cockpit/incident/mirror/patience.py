"""Gives up a server that has stopped answering: only this end of a connection can tell."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cockpit.sources.postgres.connecting import Connection, cut

PATIENCE = 10.0
"""Seconds for a question that is answered with little."""
_SLOWEST = 100_000
"""Bytes a second of a line that is still worth using."""


class Patience:
    """Cuts a connection when what is done with it takes too long."""

    def __init__(self, connection: Connection, seconds: float = PATIENCE) -> None:
        """Wait for `seconds`, and longer for what is large."""
        self._connection = connection
        self._seconds = seconds

    @contextmanager
    def during(self, size: int = 0) -> Iterator[None]:
        """Wait for something that moves `size` bytes; a connection that is cut raises psycopg's OperationalError."""
        timer = threading.Timer(self._seconds + size / _SLOWEST, cut, [self._connection])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
