"""All pods of a scope, kept up to date by one list and one watch."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

import msgspec

from cockpit.clock import Clock, utc_now
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.convert import convert_pod
from cockpit.sources.kubernetes.list_watch import Change, Collection, Listed, ListWatch, WatchPace
from cockpit.sources.kubernetes.model import PODS, Pod, Pods


class _Unsettled(msgspec.Struct, frozen=True, gc=False):
    """What a pod was made from whose health changes by the passing of time alone, and when to judge it again."""

    raw: wire.Pod
    until: datetime


class _KeptPod(msgspec.Struct, frozen=True, gc=False):
    """A pod, and what is needed to judge it again; None: its health holds until something is heard of it."""

    pod: Pod
    unsettled: _Unsettled | None


class PodsSource:
    """Reads the pods of one namespace, or of all.

    The pods are listed once, in pages; each page is yielded at once. From then on a watch tells the changes, gathered
    into at most ten snapshots a second. What is special to pods: their health changes by the passing of time alone,
    and their restarts are counted from when the session first saw them.
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
        path = f"/api/v1/namespaces/{namespace}/pods" if namespace else "/api/v1/pods"
        collection = Collection(path, wire.POD_PAGE_DECODER, wire.POD_DECODER)
        self._watch = ListWatch(cluster, collection, self._judge, pace, tick=pace.judge_every)
        self._scope = namespace or ""
        self._clock = clock
        self._pods: dict[str, Pod] = {}
        self._first_restarts: dict[str, int] = {}
        """By uid: the restarts that each pod had when it was first seen."""
        self._unsettled: dict[str, _Unsettled] = {}

    async def stream(self) -> AsyncGenerator[Pods, None]:
        """Yield all pods, first after each page of the list, then whenever something changed.

        Ends when the server ends the watch.

        Raises:
            SourceError: the server cannot be reached, or does not let us read pods.
        """
        async with aclosing(self._watch.stream()) as parts:
            async for part in parts:
                if isinstance(part, Listed):
                    yield self._snapshot(self._list(part))
                    continue
                pods = self._apply(part.changes)
                if pods is not self._pods or part.first:
                    self._pods = pods
                    yield self._snapshot(pods)

    def _list(self, listed: Listed[_KeptPod]) -> dict[str, Pod]:
        """Give the pods to show: what was known stays until a new list is complete."""
        if not listed.complete and self._pods:
            return self._pods
        pods = {key: kept.pod for key, kept in listed.items.items()}
        if listed.complete:
            self._pods = pods
            self._unsettled = {key: kept.unsettled for key, kept in listed.items.items() if kept.unsettled}
            alive = {pod.uid for pod in pods.values()}
            first_restarts = self._first_restarts.copy()  # the thread of an earlier list may still be adding to it
            self._first_restarts = {uid: count for uid, count in first_restarts.items() if uid in alive}
        return pods

    def _apply(self, changes: Sequence[Change[_KeptPod]]) -> dict[str, Pod]:
        """Apply changes and the passing of time; give the same mapping when nothing is different."""
        pods = dict(self._pods) if changes else self._pods
        for key, kept in changes:
            self._apply_one(pods, key, kept)
        now = self._clock()
        for key in [key for key, unsettled in self._unsettled.items() if unsettled.until <= now]:
            kept = self._judge(self._unsettled[key].raw)
            if kept.pod.health != pods[key].health:
                pods = dict(pods) if pods is self._pods else pods
                pods[key] = kept.pod
            self._settle(key, kept)
        return pods

    def _apply_one(self, pods: dict[str, Pod], key: str, kept: _KeptPod | None) -> None:
        if kept is not None:
            pods[key] = kept.pod
            self._settle(key, kept)
            return
        self._unsettled.pop(key, None)
        gone = pods.pop(key, None)
        if gone is not None:
            self._first_restarts.pop(gone.uid, None)

    def _settle(self, key: str, kept: _KeptPod) -> None:
        if kept.unsettled is None:
            self._unsettled.pop(key, None)
        else:
            self._unsettled[key] = kept.unsettled

    def _judge(self, raw: wire.Pod) -> _KeptPod:
        """Convert a pod, in whichever thread; one that is as it was stays the same object."""
        judged = convert_pod(raw, self._first_restarts.get(raw.metadata.uid or ""), self._clock())
        pod, until = judged.pod, judged.until
        self._first_restarts.setdefault(pod.uid, pod.restarts)
        known = self._pods.get(pod.key)
        return _KeptPod(known if known == pod else pod, _Unsettled(raw, until) if until is not None else None)

    def _snapshot(self, pods: dict[str, Pod]) -> Pods:
        return Pods(self._scope, pods, self._watch.version)
