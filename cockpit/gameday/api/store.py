"""The objects of the practice cluster, with one version counter and a bounded history to watch."""

import asyncio
import random
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from cockpit.clock import Clock
from cockpit.gameday.api import errors
from cockpit.gameday.api.kinds import STORED_KINDS, Kind
from cockpit.gameday.timing import timestamp

Obj = dict[str, Any]
"""One Kubernetes object without `kind` and `apiVersion`. Once stored it is never changed, only replaced."""

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]
NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters of generated names: no vowels and no look-alikes (k8s.io/apimachinery/pkg/util/rand)."""
SLOW_WATCH = 20_000
"""A watch that lags by so many changes is ended, as a real server does."""


class Stored(msgspec.Struct, frozen=True):
    """One version of one object, with its bytes ready for lists and watches."""

    kind: Kind
    obj: Obj
    version: int
    body: bytes
    """The object as a list item, that is without `kind` and `apiVersion`."""

    @property
    def name(self) -> str:
        """metadata.name."""
        return str(self.obj["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """metadata.namespace; empty for objects of the cluster."""
        return str(self.obj["metadata"].get("namespace", ""))

    @property
    def uid(self) -> str:
        """metadata.uid."""
        return str(self.obj["metadata"]["uid"])

    @property
    def key(self) -> str:
        """`namespace/name`, the order of lists."""
        return f"{self.namespace}/{self.name}"

    def copy(self) -> Obj:
        """Give a deep copy that may be changed."""
        copied: Obj = msgspec.json.decode(self.body)
        return copied

    def whole(self) -> bytes:
        """Write the object with its `kind` and `apiVersion`, as watches and single answers do."""
        head = f'{{"kind":"{self.kind.kind}","apiVersion":"{self.kind.api_version}",'
        return head.encode() + self.body[1:]


class Change(msgspec.Struct, frozen=True):
    """What happened to one object."""

    type: ChangeType
    now: Stored
    """The object after the change, or as it was last when it is gone."""
    before: Stored | None


class Subscription:
    """The changes of one kind since a version, for one reader."""

    def __init__(self, backlog: Iterable[Change], forget: Callable[["Subscription"], None]) -> None:
        self._pending = deque(backlog)
        self._wake = asyncio.Event()
        self._forget = forget
        self.closed = False
        if self._pending:
            self._wake.set()

    def push(self, change: Change) -> None:
        """Take a change; end when the reader lags too far."""
        self._pending.append(change)
        self._wake.set()
        if len(self._pending) > SLOW_WATCH:
            self.close()

    def close(self) -> None:
        """End: the reader gets what is pending, then sees `closed`."""
        self.closed = True
        self._forget(self)
        self._wake.set()

    async def batch(self, within: float | None = None) -> list[Change]:
        """Wait for changes and take all there are.

        Args:
            within: Seconds of real time to wait; None: for ever.

        Returns:
            The changes in order; empty when the time is over or the subscription is closed.
        """
        try:
            async with asyncio.timeout(within):
                await self._wake.wait()
        except TimeoutError:
            return []
        changes = list(self._pending)
        self._pending.clear()
        if not self.closed:
            self._wake.clear()
        return changes


class Store:
    """All objects, by kind.

    Args:
        clock: Gives the creation times.
        rng: Gives uids and generated names, so that a seed repeats them.
        history: How many changes of each kind are kept for watches that resume.
    """

    def __init__(self, clock: Clock, rng: random.Random, history: int = 5000) -> None:
        self.version = 1
        self._clock = clock
        self._rng = rng
        self._objects: dict[str, dict[str, Stored]] = {kind.resource: {} for kind in STORED_KINDS}
        self._history: dict[str, deque[Change]] = {kind.resource: deque() for kind in STORED_KINDS}
        self._history_limit = history
        self._oldest: dict[str, int] = dict.fromkeys(self._objects, 0)
        self._subscriptions: dict[str, set[Subscription]] = {kind.resource: set() for kind in STORED_KINDS}

    def find(self, kind: Kind, namespace: str, name: str) -> Stored | None:
        """Look an object up."""
        return self._objects[kind.resource].get(f"{namespace}/{name}")

    def find_alive(self, kind: Kind, key: str) -> Stored | None:
        """Look an object up by its `namespace/name`; None also when it is about to be deleted."""
        stored = self._objects[kind.resource].get(key)
        return None if stored is None or "deletionTimestamp" in stored.obj["metadata"] else stored

    def get(self, kind: Kind, namespace: str, name: str) -> Stored:
        """Look an object up that ought to be there.

        Raises:
            ApiError: 404, it is not.
        """
        stored = self.find(kind, namespace, name)
        if stored is None:
            raise errors.not_found(kind, name)
        return stored

    def list(self, kind: Kind, namespace: str = "", *, at: int | None = None) -> list[Stored]:
        """List a kind in the order of namespace and name.

        Args:
            kind: What to list.
            namespace: Only there; empty for all.
            at: As of this version; None for now.

        Raises:
            ApiError: 410, the history no longer reaches back to `at`.
        """
        objects = self._objects[kind.resource]
        if at is not None and at < self.version:
            objects = self._snapshot(kind, at)
        chosen = sorted(objects)
        if namespace:
            prefix = f"{namespace}/"
            chosen = [key for key in chosen if key.startswith(prefix)]
        return [objects[key] for key in chosen]

    def _snapshot(self, kind: Kind, version: int) -> dict[str, Stored]:
        self._require_history(kind, version)
        objects = dict(self._objects[kind.resource])
        for change in reversed(self._history[kind.resource]):
            if change.now.version <= version:
                break
            if change.before is None:
                objects.pop(change.now.key, None)
            else:
                objects[change.now.key] = change.before
        return objects

    def _require_history(self, kind: Kind, version: int) -> None:
        oldest = self._oldest[kind.resource]
        if version < oldest:
            raise errors.expired(f"too old resource version: {version} ({oldest})")

    def create(self, kind: Kind, obj: Obj, *, created: datetime | None = None) -> Stored:
        """Store a new object; give it a uid, a creation time and, if it asks for one, a name.

        Args:
            kind: Its kind.
            obj: The object; `kind` and `apiVersion` are dropped.
            created: Its age, when it is meant to be older than this moment.

        Raises:
            ApiError: 409, an object of that name exists.
        """
        metadata = dict(obj["metadata"])
        if "name" not in metadata:
            metadata["name"] = metadata["generateName"] + self.random_suffix()
        if self.find(kind, metadata.get("namespace", ""), metadata["name"]) is not None:
            raise errors.already_exists(kind, metadata["name"])
        metadata.setdefault("uid", self.random_uid())
        metadata["creationTimestamp"] = timestamp(created or self._clock())
        if kind.has_generation:
            metadata.setdefault("generation", 1)
        return self._put(kind, {**obj, "metadata": metadata}, "ADDED", None)

    def replace(self, before: Stored, obj: Obj, *, keep_generation: bool = False) -> Stored:
        """Store a new version of an object; nothing happens when it is the same.

        The last finalizer's removal from an object that is being deleted removes the object.

        Args:
            before: The version that is replaced.
            obj: The new one.
            keep_generation: The spec changes by the cluster's own doing, such as a pod's binding to a node.
        """
        metadata = dict(obj["metadata"])
        kind = before.kind
        if kind.has_generation and not keep_generation and obj.get("spec") != before.obj.get("spec"):
            metadata["generation"] = before.obj["metadata"].get("generation", 1) + 1
        obj = {**obj, "metadata": metadata}
        if {**obj, "metadata": {**metadata, "resourceVersion": str(before.version)}} == before.obj:
            return before
        if (
            "finalizers" in before.obj["metadata"]
            and "deletionTimestamp" in metadata
            and not metadata.get("finalizers")
        ):
            return self.remove(before)
        return self._put(kind, obj, "MODIFIED", before)

    def remove(self, before: Stored) -> Stored:
        """Drop an object for good; returns its last version."""
        return self._put(before.kind, before.obj, "DELETED", before)

    def _put(self, kind: Kind, obj: Obj, change_type: ChangeType, before: Stored | None) -> Stored:
        self.version += 1
        metadata = {**obj["metadata"], "resourceVersion": str(self.version)}
        obj = {"metadata": metadata, **{k: v for k, v in obj.items() if k not in {"metadata", "kind", "apiVersion"}}}
        stored = Stored(kind, obj, self.version, msgspec.json.encode(obj))
        if change_type == "DELETED":
            self._objects[kind.resource].pop(stored.key, None)
        else:
            self._objects[kind.resource][stored.key] = stored
        self._remember(Change(change_type, stored, before))
        return stored

    def _remember(self, change: Change) -> None:
        resource = change.now.kind.resource
        history = self._history[resource]
        history.append(change)
        if len(history) > self._history_limit:
            self._oldest[resource] = history.popleft().now.version
        for subscription in tuple(self._subscriptions[resource]):
            subscription.push(change)

    def subscribe(self, kind: Kind, since: int | None = None) -> Subscription:
        """Follow the changes of a kind.

        Args:
            kind: What to follow.
            since: Every change after this version; None: from now on.

        Raises:
            ApiError: 410, the history no longer reaches back to `since`.
        """
        backlog: list[Change] = []
        if since is not None:
            self._require_history(kind, since)
            backlog = [change for change in self._history[kind.resource] if change.now.version > since]
        subscriptions = self._subscriptions[kind.resource]
        subscription = Subscription(backlog, subscriptions.discard)
        subscriptions.add(subscription)
        return subscription

    def follow(self, *kinds: Kind) -> Subscription:
        """Follow the changes of several kinds from now on, in the order in which they happen."""

        def forget(subscription: Subscription) -> None:
            for kind in kinds:
                self._subscriptions[kind.resource].discard(subscription)

        subscription = Subscription((), forget)
        for kind in kinds:
            self._subscriptions[kind.resource].add(subscription)
        return subscription

    def forget_history(self) -> None:
        """Drop all history, so that every older version is expired."""
        self.version += 1
        for resource, history in self._history.items():
            history.clear()
            self._oldest[resource] = self.version

    def random_suffix(self, length: int = 5) -> str:
        """Make the end of a generated name."""
        return "".join(self._rng.choices(NAME_ALPHABET, k=length))

    def random_uid(self) -> str:
        """Make a uid."""
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
