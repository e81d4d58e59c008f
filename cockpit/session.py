"""One run of the cockpit without its screen: the board, and the feeds that fill it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from cockpit.board import Board
from cockpit.clock import Clock, utc_now
from cockpit.config import Config
from cockpit.connection import Connect, Connection, Scope, connect, scope_of
from cockpit.diagnosis.policy import Policy
from cockpit.diagnostician import DIAGNOSIS, Diagnostician
from cockpit.logs.block import LogBlock, LogTarget
from cockpit.reading import Reading, SourceError, Trouble, TroubleKind
from cockpit.servers import ReadServer, Servers, read_server
from cockpit.sources.feed import Fed, Feed, Pace, Source, end_soon
from cockpit.sources.kubernetes import model
from cockpit.standing_feeds import StandingFeeds
from cockpit.threads import call_in_thread

if TYPE_CHECKING:  # these load the kubernetes package, which the first frame does not wait for
    from cockpit.sources.kubernetes.connection import Cluster
    from cockpit.sources.kubernetes.kubeconfig import ClusterInfo
    from cockpit.sources.postgres.target import Target

KUBERNETES = model.KUBERNETES
PODS = model.PODS
METRICS = model.METRICS
SOURCES = (KUBERNETES, PODS, METRICS)
"""What is read first, and of every cluster."""

_KUBECONFIG_PACE = Pace(deadline=30.0, interval=60.0)
"""A kubeconfig that goes, or breaks, shows before the next login needs it."""
_PODS_PACE = Pace(deadline=30.0)
"""A login program may take 20 seconds; for the network the source has time-outs of its own."""
_METRICS_PACE = Pace(interval=30.0, fresh_for=120.0, backoff_first=30.0, backoff_most=300.0, optional=True)
_OTHERS_PACE = Pace(deadline=30.0, backoff_first=1.0, barred=300.0, optional=True)
"""A kind that may not be read is tried again every few minutes, and at once when the pods come back or a person asks:
more often would only add to the work of the login program and of the server."""
_LISTED_PACE = Pace(deadline=30.0, interval=None, backoff_first=1.0, barred=300.0, optional=True)
_APART = 0.03
"""Seconds between the beginnings of two kinds, so that they do not all ask at once."""
_ANSWERED = (TroubleKind.DENIED, TroubleKind.REFUSED)
"""Troubles of the pods that may be theirs alone; with all others, the other kinds would fail likewise."""


class Session:
    """Reads what the person looks at, and diagnoses it.

    The screen and `cockpit check` both stand on it: they read the board, and tell the session where to look.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock = utc_now,
        connect: Connect = connect,
        *,
        targets: "Sequence[Target]" = (),
        read_server: ReadServer = read_server,
        fed: Sequence[Fed] = (),
    ) -> None:
        """Prepare a session that looks where `config` says, at the Postgres servers `targets`, and at what is `fed`.

        Nothing is read before `start`.
        """
        self.board = Board()
        self.servers = Servers(self.board, targets, clock, read_server)
        self.standing = StandingFeeds(self.board, fed, clock)
        self.scope = scope_of(config)
        self.info: ClusterInfo | None = None
        self._config = config
        self._clock = clock
        self._connect = connect
        self._connection: Connection | None = None
        self._feeds: dict[str, Feed[Any]] = {}
        self._asked: dict[str, None] = {}
        """What somebody has asked for, in that order."""
        self._looking: set[asyncio.Task[None]] = set()
        self._moving = asyncio.Lock()

    @property
    def cluster(self) -> "Cluster | None":
        """The cluster that is looked at; None until its modules are loaded."""
        return self._connection.cluster if self._connection else None

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of all readings that are taken; those of the kinds are known once the kubeconfig was read."""
        return (*SOURCES, *(self._connection.others if self._connection else ()), *self._everywhere)

    @property
    def _everywhere(self) -> tuple[str, ...]:
        """The names of the readings that do not depend on where in the cluster the person looks."""
        return (*self.servers.sources, *self.standing.sources)

    def follow(self, target: LogTarget) -> AsyncIterator[LogBlock]:
        """Read a log of the cluster that is looked at, until cancelled or until it ends for good."""
        if self._connection is None:
            raise RuntimeError("no cluster is looked at yet")
        return self._connection.follow(target)

    @property
    def namespace(self) -> str:
        """The namespace that is looked at; empty for all, and until the kubeconfig has told it."""
        return self.scope.namespace or ""

    @property
    def policy(self) -> Policy:
        """From when on something counts as wrong."""
        return self._config.thresholds

    def protects(self, context: str) -> bool:
        """Tell whether the configuration asks for care with a context."""
        return self._config.protected.covers(context)

    def start(self) -> None:
        """Begin to read, inside a running event loop."""
        self._begin(self._look(), *SOURCES)
        self.servers.start()
        self.standing.start()

    async def look_at(self, scope: Scope) -> None:
        """Read another context or namespace instead. What was read before is forgotten at once."""
        async with self._moving:
            await self._stop_looking()
            for source in (*self.sources, *self._asked, DIAGNOSIS):
                if source not in self._everywhere:
                    self.board.forget(source)
            if (scope.kubeconfig, scope.context) != (self.scope.kubeconfig, self.scope.context):
                self._disconnect()
            self.scope = scope
            self._begin(self._look(), *SOURCES)

    def ask(self, source: str) -> None:
        """Read what is read on demand only, as soon as it is known where; read it anew if it was read before."""
        if source in self._feeds:
            self.retry_now(source)
        elif source not in self._asked:
            self._asked[source] = None
            self.board.publish(Reading(source=source))
            if self._connection is not None and PODS in self._feeds:
                self._feed_asked(self._connection, source)

    def retry_now(self, source: str | None = None) -> None:
        """Have a source that is in trouble tried again at once; None: every one."""
        for name, feed in self._feeds.items():
            if source in (None, name):
                feed.retry_now()
        self.servers.retry_now(source)
        self.standing.retry_now(source)

    async def namespaces(self) -> list[str]:
        """List the namespaces of the cluster.

        Raises:
            SourceError: They cannot be read; many people may not list them.
        """
        if self.cluster is None:
            return []
        from cockpit.sources.kubernetes.namespaces import list_namespaces  # noqa: PLC0415

        return await call_in_thread(list_namespaces, self.cluster)

    async def stop(self) -> None:
        """End everything. Waits a moment at most."""
        await asyncio.gather(self._stop_looking(), self.servers.stop(), self.standing.stop())
        self._disconnect()

    async def _look(self) -> None:
        """Connect; once the kubeconfig tells context and namespace, read pods and metrics, and then all other kinds.

        Diagnose all along.
        """
        for source in SOURCES:
            self.board.publish(Reading(source=source))
        self._begin(Diagnostician(self.board, self._clock, self.policy).run(), DIAGNOSIS)
        if self._connection is None:
            try:
                self._connection = await call_in_thread(self._connect, self.scope, self._config, self._clock)
            except Exception as error:  # noqa: BLE001  (whatever a damaged installation raises is shown)
                self._cannot_load(error)
                return
        connection = self._connection
        for source in connection.others:
            self.board.publish(Reading(source=source))
        only_servers = bool(self.servers.targets) and self.scope == Scope()
        self._feed(connection.info, msgspec.structs.replace(_KUBECONFIG_PACE, optional=only_servers))
        self._settle(await self._cluster_info(connection))
        self._feed(connection.pods(self.namespace), _PODS_PACE)
        self._feed(connection.metrics(self.namespace), _METRICS_PACE)
        for name in self._asked:
            self._feed_asked(connection, name)
        self._begin(self._read_others(connection), *connection.others)

    async def _read_others(self, connection: Connection) -> None:
        """Read everything else, one after the other, once the pods are there."""
        await self._pods_answered(connection)
        for source in connection.others.values():
            self._feed(source(self.namespace, self._pods_news), _OTHERS_PACE)
            await asyncio.sleep(_APART)
        troubled = False
        async for reading in self.board.subscribe([PODS]):
            if troubled and reading.trouble is None:
                for name in (*connection.others, *filter(self._is_troubled, (METRICS, *self._asked))):
                    self.retry_now(name)
            troubled = reading.trouble is not None

    def _is_troubled(self, source: str) -> bool:
        reading = self.board.latest(source)
        return reading is not None and reading.trouble is not None

    async def _pods_answered(self, connection: Connection) -> None:
        """Wait until the pods are listed, or cannot be for a reason that may be theirs alone."""
        async for reading in self.board.subscribe([PODS]):
            if reading.data is not None and reading.data.resource_version:
                return
            if reading.trouble is not None:
                if reading.trouble.kind in _ANSWERED:
                    return
                self._inherit(connection, reading.trouble)

    async def _pods_news(self) -> AsyncIterator[model.Pods]:
        """Give the pods whenever they change; what is read because of them is in their trouble until they are known."""
        async for reading in self.board.subscribe([PODS]):
            if reading.data is not None:
                yield reading.data
            elif reading.trouble is not None:
                raise SourceError(reading.trouble.kind, reading.trouble.message, reading.trouble.remedy)

    def _inherit(self, connection: Connection, trouble: Trouble, *, off: bool = False) -> None:
        """Have the kinds that wait for the pods, or for the kubeconfig, be in the same trouble."""
        inherited = msgspec.structs.replace(trouble, inherited=True)
        self._publish_trouble(tuple(connection.others), inherited, off=off)

    async def _cluster_info(self, connection: Connection) -> "ClusterInfo":
        """Wait until the kubeconfig is read. As long as it cannot be, nothing else can for the same reason."""
        async for reading in self.board.subscribe([KUBERNETES]):
            if reading.data is not None:
                info: ClusterInfo = reading.data
                return info
            for source in (PODS, METRICS, *self._asked):
                self.board.publish(Reading(source=source, trouble=reading.trouble, off=reading.off))
            if reading.trouble is not None:
                self._inherit(connection, reading.trouble, off=reading.off)
        raise AssertionError("a subscription does not end")

    def _settle(self, info: "ClusterInfo") -> None:
        """Hold on to what the kubeconfig says now, so that nobody moves the session by changing it elsewhere."""
        self.info = info
        namespace = info.namespace if self.scope.namespace is None else self.scope.namespace
        self.scope = msgspec.structs.replace(self.scope, context=info.context, namespace=namespace)

    def _cannot_load(self, error: Exception) -> None:
        message = f"the Kubernetes client cannot be loaded: {error}"
        trouble = Trouble(TroubleKind.MISSING, message, self._clock(), "pip install --force-reinstall incident-cockpit")
        self._publish_trouble(SOURCES, trouble)

    def _feed_asked(self, connection: Connection, name: str) -> None:
        source = connection.on_demand.get(name)
        if source is not None:
            self._feed(source(self.namespace), _METRICS_PACE if name == model.NODE_METRICS else _LISTED_PACE)

    def _feed(self, source: Source[Any], pace: Pace) -> None:
        feed = Feed(source, self.board, pace, self._clock)
        self._feeds[source.name] = feed
        self._begin(feed.run(), source.name)

    def _begin(self, work: Coroutine[Any, Any, None], *sources: str) -> None:
        """Do `work` in the background. Should it fail in an unforeseen way, the `sources` that it fills show it."""
        task = asyncio.create_task(work)
        self._looking.add(task)
        task.add_done_callback(partial(self._ended, sources))

    def _ended(self, sources: Sequence[str], task: asyncio.Task[None]) -> None:
        self._looking.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not task.cancelling():
            message = f"the cockpit failed: {type(error).__name__}: {error}"
            self._publish_trouble(sources, Trouble(TroubleKind.MALFORMED, message, self._clock()))

    def _publish_trouble(self, sources: Sequence[str], trouble: Trouble, *, off: bool = False) -> None:
        for source in sources:
            self.board.publish(Reading(source=source, trouble=trouble, off=off))

    async def _stop_looking(self) -> None:
        self._feeds.clear()
        await end_soon(set(self._looking))

    def _disconnect(self) -> None:
        connection, self._connection, self.info = self._connection, None, None
        if connection is not None:
            connection.cluster.close()
