"""Watches: one JSON line per change, bookmarks, and the ways in which they end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from aiohttp import web

from cockpit.gameday.api import tables
from cockpit.gameday.api.call import Call
from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.faults import Stream
from cockpit.gameday.api.kinds import PODS, Kind
from cockpit.gameday.api.listing import chosen_by
from cockpit.gameday.api.selectors import Predicate
from cockpit.gameday.api.store import Change, Stored, Subscription

DEFAULT_TIMEOUT = 2400.0
"""Seconds after which a watch ends when the client names no time (a real server: 30 to 60 minutes)."""
BOOKMARK_EVERY = 60.0
INITIAL_EVENTS_END = {"k8s.io/initial-events-end": "true"}


async def watch_objects(call: Call) -> web.StreamResponse:
    """Stream the changes of a kind until the client, the time-out or a fault ends it."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Cache-Control": "no-cache, private"})
    deadline = asyncio.get_running_loop().time() + (call.number("timeoutSeconds") or DEFAULT_TIMEOUT)
    watch = Watch(call)
    if not watch.has_started:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await watch.wait_for_version()
    await response.prepare(call.request)
    try:
        subscription = watch.subscribe()
    except ApiError as problem:
        await response.write(_line("ERROR", msgspec.json.encode(problem.status())))
        return response
    stream = Stream("watch", call.request, subscription.close)
    call.faults.streams.add(stream)
    try:
        async for chunk in watch.chunks(subscription, deadline):
            await response.write(chunk)
    finally:
        call.faults.streams.discard(stream)
        subscription.close()
    return response


def _line(change_type: str, obj: bytes) -> bytes:
    return b'{"type":"%s","object":%s}\n' % (change_type.encode(), obj)


class Watch:
    """What one watch sends.

    Raises:
        ApiError: 400 or 422, the parameters make no sense.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._store = call.cluster.store
        self._chosen: Predicate | None = chosen_by(call)
        self._bookmarks = call.flag("allowWatchBookmarks")
        self._since = call.number("resourceVersion") or 0
        send_initial = call.query.get("sendInitialEvents")
        if send_initial and call.query.get("resourceVersionMatch") != "NotOlderThan":
            problem = "resourceVersionMatch is required when sendInitialEvents is set to true"
            raise ApiError(422, "Invalid", f"ListOptions.meta.k8s.io is invalid: resourceVersionMatch: {problem}")
        self._replays = call.flag("sendInitialEvents") if send_initial else self._since == 0
        self._sent_columns = False

    @property
    def has_started(self) -> bool:
        """Whether the server has reached the version from which the client wants to watch."""
        return self._since <= self._store.version

    async def wait_for_version(self) -> None:
        """Wait for a version of the future; a real server sends not even headers until then."""
        subscription = self._store.subscribe(self._call.kind)
        try:
            while not self.has_started:
                await subscription.batch()
        finally:
            subscription.close()

    def subscribe(self) -> Subscription:
        """Begin to follow the changes.

        Raises:
            ApiError: 410, the version is no longer kept.
        """
        return self._store.subscribe(self._call.kind, None if self._replays else self._since)

    async def chunks(self, subscription: Subscription, deadline: float) -> AsyncIterator[bytes]:
        """Give the lines to send, those that are ready together in one chunk."""
        loop = asyncio.get_running_loop()
        bookmark_every = BOOKMARK_EVERY / self._call.cluster.pace.speed
        if self._replays:
            yield self._initial()
        next_bookmark = loop.time() + bookmark_every
        while not subscription.closed and (now := loop.time()) < deadline:
            if self._bookmarks and now >= next_bookmark:
                yield self._bookmark({})
                next_bookmark = now + bookmark_every
            until = min(deadline, next_bookmark) if self._bookmarks else deadline
            changes = await subscription.batch(max(0.0, until - now))
            lines = b"".join(filter(None, map(self._change, changes)))
            if lines:
                yield lines

    def _initial(self) -> bytes:
        objects = self._store.list(self._call.kind, self._call.info.namespace)
        lines = [self._event("ADDED", stored) for stored in objects if self._chooses(stored)]
        if self._bookmarks:
            lines.append(self._bookmark(INITIAL_EVENTS_END))
        return b"".join(lines)

    def _chooses(self, stored: Stored) -> bool:
        return self._chosen is None or self._chosen(stored.obj)

    def _change(self, change: Change) -> bytes:
        namespace = self._call.info.namespace
        if namespace and change.now.namespace != namespace:
            return b""
        was = change.before is not None and self._chooses(change.before)
        is_now = change.type != "DELETED" and self._chooses(change.now)
        if is_now:
            return self._event("MODIFIED" if was else "ADDED", change.now)
        return self._event("DELETED", _last_chosen(change)) if was else b""

    def _event(self, change_type: str, stored: Stored) -> bytes:
        if not self._call.wants_table:
            return _line(change_type, stored.whole())
        metadata = {"resourceVersion": str(stored.version)}
        rows = tables.table(stored.kind, [stored], metadata, self._now(), self._call.included)
        if self._sent_columns:
            rows["columnDefinitions"] = None
        self._sent_columns = True
        return _line(change_type, msgspec.json.encode(rows))

    def _now(self) -> Any:
        return self._call.cluster.pace.now()

    def _bookmark(self, annotations: dict[str, str]) -> bytes:
        metadata: dict[str, Any] = {"resourceVersion": str(self._store.version)}
        if annotations:
            metadata["annotations"] = annotations
        return _line("BOOKMARK", msgspec.json.encode(empty_object(self._call.kind, metadata)))


def _last_chosen(change: Change) -> Stored:
    """Give the object as a watch sends it when it leaves the selection: as it was, with the new version."""
    if change.type == "DELETED" or change.before is None:
        return change.now
    before = change.before.obj
    obj = {**before, "metadata": {**before["metadata"], "resourceVersion": str(change.now.version)}}
    return Stored(change.now.kind, obj, change.now.version, msgspec.json.encode(obj))


def empty_object(kind: Kind, metadata: dict[str, Any]) -> dict[str, Any]:
    """Write an object of a kind that carries nothing but metadata, as bookmarks do."""
    obj: dict[str, Any] = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
    if kind == PODS:
        obj |= {"spec": {"containers": None}, "status": {}}
    return obj
