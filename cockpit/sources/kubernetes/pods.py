"""All pods of a scope, kept up to date by one list and one watch."""

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.api_errors import ExpiredVersion
from cockpit.sources.kubernetes.connection import ANSWER_TIME_OUT, Cluster
from cockpit.sources.kubernetes.convert import JudgedPod, convert_pod, key_of
from cockpit.sources.kubernetes.lines import LineTooLong, split_lines
from cockpit.sources.kubernetes.model import PODS, Pod, Pods
from cockpit.sources.kubernetes.paging import decode, pages
from cockpit.threads import Stop, read_in_thread


class WatchPace(NamedTuple):
    """How a watch is driven. All times in seconds."""

    gather: float = 0.1
    """In which changes are gathered into one snapshot."""
    judge_every: float = 5.0
    """Of silence, after which the healths that have run out are judged again."""
    read_timeout: float = 90.0
    """Of silence, after which the watch is opened anew: a server sends a bookmark about once a minute."""
    answer_timeout: float = ANSWER_TIME_OUT
    """Until the server must have answered the watch."""


_Page = tuple[str, list[tuple[wire.Pod, JudgedPod]]]
"""The version of a list, and some pods of it with what they were made from."""


class _Change(NamedTuple):
    """A line of a watch: the version that it brings us to, and the pod that changed or went, if any."""

    version: str
    key: str = ""
    pod: wire.Pod | None = None
    """None: it went, or nothing but the version is told."""


class PodsSource:
    """Reads the pods of one namespace, or of all.

    The pods are listed once, in pages; each page is yielded at once. From then on a watch tells the changes, gathered
    into at most ten snapshots a second. The source keeps what it knows between streams: a new stream goes on from the
    last version, and lists again only when the server has forgotten that version or does not answer the watch.
    """

    name = PODS

    def __init__(
        self,
        cluster: Cluster,
        namespace: str | None = None,
        clock: Clock = utc_now,
        pace: WatchPace = WatchPace(),  # noqa: B008  (immutable)
    ) -> None:
        """Prepare to read the pods of `namespace` (None: of all namespaces)."""
        self._cluster = cluster
        self._scope = namespace or ""
        self._clock = clock
        self._pace = pace
        self._path = f"/api/v1/namespaces/{namespace}/pods" if namespace else "/api/v1/pods"
        self._pods: dict[str, Pod] = {}
        self._version = ""
        """The resourceVersion up to which `_pods` is complete; empty: list first."""
        self._first_restarts: dict[str, int] = {}
        """By uid: the restarts that each pod had when it was first seen."""
        self._unsettled: dict[str, tuple[wire.Pod, datetime]] = {}
        """Pods whose health will change by the passing of time alone, and when."""

    async def stream(self) -> AsyncGenerator[Pods, None]:
        """Yield all pods, first after each page of the list, then whenever something changed.

        Ends when the server ends the watch.

        Raises:
            SourceError: the server cannot be reached, or does not let us read pods.
        """
        listing = not self._version
        try:
            if listing:
                async with aclosing(self._list()) as snapshots:
                    async for snapshot in snapshots:
                        yield snapshot
            async with aclosing(self._follow()) as snapshots:
                async for snapshot in snapshots:
                    yield snapshot
        except ExpiredVersion:
            self._version = ""
            if listing:  # a new list at once would not help: let the feed wait
                raise

    async def _list(self) -> AsyncGenerator[Pods, None]:
        """List all pods anew. What was known stays until the new list is complete."""
        listed: dict[str, Pod] = {}
        unsettled: dict[str, tuple[wire.Pod, datetime]] = {}
        listed_version = ""
        first_list = not self._pods
        async with aclosing(read_in_thread(self._read_pages, limit=4)) as batches:
            async for batch in batches:
                for version, page in batch:
                    listed_version = version
                    for raw, judged in page:
                        listed[judged.pod.key] = judged.pod
                        if judged.until is not None:
                            unsettled[judged.pod.key] = raw, judged.until
                yield self._snapshot(dict(listed) if first_list else self._pods)
        self._pods, self._unsettled, self._version = listed, unsettled, listed_version
        alive = {pod.uid for pod in listed.values()}
        first_restarts = self._first_restarts.copy()  # the thread of an earlier list may still be adding to it
        self._first_restarts = {uid: count for uid, count in first_restarts.items() if uid in alive}
        yield self._snapshot(self._pods)

    def _read_pages(self, _: Stop) -> Generator[_Page, None, None]:
        for page in pages(self._cluster, self._path, wire.POD_PAGE_DECODER):
            now = self._clock()
            yield page.metadata.resource_version or "", [(pod, self._convert(pod, now)) for pod in page.items or ()]

    async def _follow(self) -> AsyncGenerator[Pods, None]:
        """Yield what is known as soon as the server answers the watch, and then after changes."""
        answered = False
        reading = read_in_thread(self._read_watch, limit=10_000, gather=self._pace.gather, tick=self._pace.judge_every)
        async with aclosing(reading) as batches:
            async for batch in batches:
                if not (answered or batch):
                    continue
                pods = self._apply(batch)
                if pods is not self._pods or not answered:
                    answered = True
                    self._pods = pods
                    yield self._snapshot(pods)

    def _read_watch(self, stop: Stop) -> Generator[_Change, None, None]:
        query = {"watch": "1", "resourceVersion": self._version, "allowWatchBookmarks": "true"}
        try:
            stream = self._cluster.open(self._path, query, self._pace.read_timeout, self._pace.answer_timeout)
        except SourceError as error:
            if error.kind is TroubleKind.TIMEOUT:
                self._version = ""  # a server that was restored to an older version says nothing: list again
            raise
        with stream:
            stop.closes(stream)
            yield _Change(self._version)
            try:
                for line in split_lines(stream.chunks()):
                    yield self._read_event(line)
            except SourceError as error:
                if error.kind is not TroubleKind.TIMEOUT:
                    raise
                # Silence alone is no trouble: the next stream finds out whether the server is still there.
            except LineTooLong as error:
                message, remedy = f"the answer to {self._path} is no watch", self._cluster.kubectl.raw(self._path)
                raise SourceError(TroubleKind.MALFORMED, message, remedy) from error

    def _read_event(self, line: bytes) -> _Change:
        event = decode(wire.EVENT_DECODER, line, self._path, self._cluster)
        if event.type == "ERROR":
            status = decode(wire.STATUS_DECODER, event.object, self._path, self._cluster)
            message = status.message or "the watch ended with an error"
            raise (
                ExpiredVersion(message) if status.code == HTTPStatus.GONE else SourceError(TroubleKind.REFUSED, message)
            )
        pod = decode(wire.POD_DECODER, event.object, self._path, self._cluster)
        version = pod.metadata.resource_version or ""
        if event.type == "BOOKMARK":
            return _Change(version)
        return _Change(version, key_of(pod), None if event.type == "DELETED" else pod)

    def _apply(self, changes: list[_Change]) -> dict[str, Pod]:
        """Apply changes and the passing of time; give the same mapping when nothing is different."""
        now = self._clock()
        pods = self._pods
        for change in changes:
            self._version = change.version or self._version
            if change.key:
                pods = dict(pods) if pods is self._pods else pods
                self._apply_one(pods, change, now)
        for key in [key for key, (_, until) in self._unsettled.items() if until <= now]:
            raw, _ = self._unsettled.pop(key)
            before = pods[key]
            judged = self._settle(key, raw, now)
            if judged.health != before.health:
                pods = dict(pods) if pods is self._pods else pods
                pods[key] = judged
        return pods

    def _apply_one(self, pods: dict[str, Pod], change: _Change, now: datetime) -> None:
        if change.pod is not None:
            pods[change.key] = self._settle(change.key, change.pod, now)
            return
        self._unsettled.pop(change.key, None)
        gone = pods.pop(change.key, None)
        if gone is not None:
            self._first_restarts.pop(gone.uid, None)

    def _settle(self, key: str, raw: wire.Pod, now: datetime) -> Pod:
        pod, until = self._convert(raw, now)
        if until is None:
            self._unsettled.pop(key, None)
        else:
            self._unsettled[key] = raw, until
        return pod

    def _convert(self, raw: wire.Pod, now: datetime) -> JudgedPod:
        judged = convert_pod(raw, self._first_restarts.get(raw.metadata.uid or ""), now)
        self._first_restarts.setdefault(judged.pod.uid, judged.pod.restarts)
        known = self._pods.get(judged.pod.key)
        return JudgedPod(known, judged.until) if known == judged.pod else judged

    def _snapshot(self, pods: dict[str, Pod]) -> Pods:
        return Pods(self._scope, pods, self._version)
