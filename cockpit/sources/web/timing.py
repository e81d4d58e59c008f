"""Where the time of a request goes."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final

from cockpit.sources.web.model import Timing


class Step(StrEnum):
    """What a request is at."""

    NAME = "name"
    CONNECT = "connect"
    TLS = "tls"
    ANSWER = "answer"
    BODY = "body"


_BEGINS: Final = {"connect_tcp.started": Step.CONNECT, "start_tls.started": Step.TLS}
_ENDS: Final = {"connect_tcp.complete": Step.CONNECT, "start_tls.complete": Step.TLS}
_SENDS: Final = "send_request_headers.started"
_ANSWERED: Final = "receive_response_headers.complete"


class Stopwatch:
    """Takes the times of one request. Where it is sent on, those of all its hops are added up.

    The names of hosts are resolved outside of httpx, as httpcore tells nothing of that; all else is what httpcore tells
    through the extension `trace`. The first byte counts as come when the header is complete.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        """Start at once."""
        self.step: Step | None = None
        """What it is at; None: nothing has begun."""
        self.sent = False
        """Whether the server may have seen something of the request."""
        self._now = now
        self._began = now()
        self._step_began = self._began
        self._spent: defaultdict[Step, float] = defaultdict(float)

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Measure how long it takes to resolve a name."""
        self._begin(Step.NAME)
        yield
        self._end(Step.NAME)

    async def trace(self, event: str, _: dict[str, Any]) -> None:
        """Take what httpcore tells: `connection.connect_tcp.started`."""
        what = event.partition(".")[2]
        if what in _BEGINS:
            self._begin(_BEGINS[what])
        elif what in _ENDS:
            self._end(_ENDS[what])
        elif what == _SENDS:
            self.sent = True
            self._begin(Step.ANSWER)
        elif what == _ANSWERED:
            self._end(Step.ANSWER)
            self.step = Step.BODY

    @property
    def timing(self) -> Timing:
        """What was measured until now."""
        spent = self._spent
        name, connect, tls, first_byte = (spent.get(step) for step in (Step.NAME, Step.CONNECT, Step.TLS, Step.ANSWER))
        return Timing(name, connect, tls, first_byte, self._now() - self._began)

    def _begin(self, step: Step) -> None:
        self.step = step
        self._step_began = self._now()

    def _end(self, step: Step) -> None:
        self._spent[step] += self._now() - self._step_began
