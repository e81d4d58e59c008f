"""The numbers of the shop, measured every ten seconds: what CloudWatch and Prometheus tell of it."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from cockpit.gameday.cluster import Cluster
from cockpit.gameday.postgres.wire import PostgresError
from cockpit.gameday.serving import Serving, serving

EVERY = 10.0
"""Seconds between two samples."""
REMEMBERED = timedelta(minutes=61)
GIBIBYTE = 2**30
STORAGE = 100 * GIBIBYTE
"""Of the database."""
FREE = 22 * GIBIBYTE
"""So much of it is free on a quiet day."""
TIDIES = 2.0
"""Gibibytes a second by which storage comes back when what filled it has ended."""
USABLE_CONNECTIONS = 37
_REQUESTS = 42.0
"""A second, from all customers."""
_PATIENCE = 2.0
"""Seconds that the database gets to tell who uses it."""
_CLIENTS = (
    "SELECT count(*), count(*) FILTER (WHERE wait_event_type = 'Lock') FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)

Listener = Callable[[], None]


class Sample(msgspec.Struct, frozen=True):
    """How the shop was at a moment. Rates are those of a second, lengths are seconds, sizes are bytes."""

    at: datetime
    requests: float
    failed: float
    """Requests that the application answered with 5xx."""
    refused: float
    """Requests that the balancer answered with 5xx, because nobody was there."""
    p50: float
    p95: float
    p99: float
    connections: int
    """To the database."""
    blocked: int
    """Of those, the ones that wait for a lock."""
    free_storage: float
    cpu: float
    """Of the database, per cent."""
    replica_lag: float
    web_ready: int
    api_ready: int

    @property
    def errors(self) -> float:
        """The share of requests that fail, 0 to 1."""
        return (self.failed + self.refused) / self.requests

    @property
    def saturation(self) -> float:
        """The share of the database's connections that is in use, 0 to 1."""
        return self.connections / USABLE_CONNECTIONS


class VitalSigns:
    """Measures the shop, and remembers the last hour; the hour before the world began was a quiet one.

    Args:
        cluster: Where the shop runs.
        namespace: Its namespace.
    """

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._free = float(FREE)
        self._clients = (9, 0)
        self._taken = 0
        self._spilled = False
        self._listeners: list[Listener] = []
        self.samples: deque[Sample] = deque()
        """The oldest first."""
        now = cluster.pace.now()
        well = Serving(pods=2, ready=2, errors=0.0, takes=0.02, slows=0.0, spills=0.0)
        for minutes in range(60, 0, -1):
            self._append(self._sample(now - timedelta(minutes=minutes), well, well, 0.0))

    @property
    def newest(self) -> Sample:
        """How things are."""
        return self.samples[-1]

    @property
    def window(self) -> timedelta:
        """A minute of the practice world, over which rates are told."""
        return timedelta(minutes=1) / self._cluster.pace.speed

    def listen(self, listener: Listener) -> None:
        """Call somebody after each sample."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Take samples until cancelled: the first at once, if all controllers have had their first look."""
        while True:
            self.take()
            await self._cluster.pace.sleep(EVERY)
            await self._ask_database()
            await self._show_spilled()

    def take(self) -> None:
        """Take a sample, and tell those who listen."""
        report = serving(self._cluster, self._namespace, "report")
        self._fill(report.spills)
        web, api = (serving(self._cluster, self._namespace, app) for app in ("web", "api"))
        self._append(self._sample(self._cluster.pace.now(), web, api, report.spills))
        for listener in self._listeners:
            listener()

    def _fill(self, spills: float) -> None:
        """Take from the free storage what was written since the last look, or give it back."""
        change = -spills if spills else TIDIES
        self._free = min(float(FREE), max(0.0, self._free + change * GIBIBYTE * EVERY))

    async def _ask_database(self) -> None:
        if self._cluster.database is None:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                ((connections, blocked),) = await self._cluster.database.ask(_CLIENTS)
        except (PostgresError, TimeoutError):
            return
        self._clients = (int(connections or 0), int(blocked or 0))

    async def _show_spilled(self) -> None:
        """Let the report have as much in temporary files as the storage has lost: who looks finds what fills it."""
        database = self._cluster.database
        if database is None:
            return
        spills = serving(self._cluster, self._namespace, "report").spills
        size = round(FREE - self._free) if spills else 0
        if not size and not self._spilled:
            return
        with suppress(PostgresError, TimeoutError, OSError):
            async with asyncio.timeout(_PATIENCE):
                await database.spill("report", size)
                self._spilled = bool(size)

    def _append(self, sample: Sample) -> None:
        self.samples.append(sample)
        while self.samples[0].at < sample.at - REMEMBERED:
            self.samples.popleft()

    def _sample(self, at: datetime, web: Serving, api: Serving, spills: float) -> Sample:
        self._taken += 1
        rng = self._cluster.rng("vital signs", self._taken)
        connections, blocked = self._clients
        requests = _REQUESTS * rng.uniform(0.93, 1.07)
        is_full = connections >= USABLE_CONNECTIONS
        errors = 1 - (1 - web.errors) * (1 - api.errors) * (0.7 if is_full else 1.0)
        refused = requests if not web.ready else 0.0
        half = (web.takes + api.takes) * rng.uniform(0.95, 1.05)
        slows = api.slows + (4.0 if blocked > 3 else 0.0) + (2.0 if is_full else 0.0)
        busy = 13.0 + min(60.0, 250 * max(0.0, api.takes - 0.02)) + (35.0 if spills else 0.0)
        return Sample(
            at=at,
            requests=requests,
            failed=0.0 if refused else requests * errors,
            refused=refused,
            p50=half,
            p95=half * 3 + slows * 0.7,
            p99=half * 6 + slows,
            connections=connections,
            blocked=blocked,
            free_storage=self._free,
            cpu=min(100.0, busy * rng.uniform(0.9, 1.1)),
            replica_lag=rng.uniform(0.01, 0.03) + (1.5 if spills else 0.0),
            web_ready=web.ready,
            api_ready=api.ready,
        )
