"""Writes events as the components of a real cluster write them: the same thing again only raises the count."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from cockpit.clock import Clock
from cockpit.gameday.api.kinds import EVENTS
from cockpit.gameday.api.store import Store, Stored
from cockpit.gameday.timing import micro_timestamp, timestamp


class Event(msgspec.Struct, frozen=True):
    """What happened."""

    type: Literal["Normal", "Warning"]
    reason: str
    """One word in CamelCase."""
    message: str
    """A sentence for people."""
    field_path: str = ""
    """The part of the object that is meant, such as `spec.containers{api}`."""


class Source(msgspec.Struct, frozen=True):
    """Who says so."""

    component: str
    """Such as `kubelet`."""
    host: str = ""
    """The node of the component, if it has one."""


class EventRecorder:
    """Records what happens to objects.

    Args:
        store: Where the events go.
        clock: Tells when it happened.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._names: dict[tuple[str, Event], str] = {}

    def record(self, about: Stored, event: Event, source: Source) -> None:
        """Record an event about an object."""
        now = self._clock()
        known = self._store.find(EVENTS, _namespace(about), self._names.get((about.uid, event), ""))
        if known is not None:
            count = known.obj["count"] + 1
            self._store.replace(known, {**known.obj, "count": count, "lastTimestamp": timestamp(now)})
            return
        obj = {
            **self._head(about, event, now),
            "source": {"component": source.component, **({"host": source.host} if source.host else {})},
            "firstTimestamp": timestamp(now),
            "lastTimestamp": timestamp(now),
            "count": 1,
            "eventTime": None,
            "reportingComponent": source.component,
            "reportingInstance": source.host,
        }
        self._names[about.uid, event] = self._store.create(EVENTS, obj).name

    def record_binding(self, pod: Stored, event: Event) -> None:
        """Record an event of the scheduler, which writes neither a count nor the older time stamps."""
        now = self._clock()
        obj = {
            **self._head(pod, event, now),
            "source": {},
            "firstTimestamp": None,
            "lastTimestamp": None,
            "eventTime": micro_timestamp(now),
            "action": "Binding" if event.type == "Normal" else "Scheduling",
            "reportingComponent": "default-scheduler",
            "reportingInstance": "default-scheduler-practice",
        }
        self._store.create(EVENTS, obj)

    def _head(self, about: Stored, event: Event, now: datetime) -> dict[str, Any]:
        involved = {
            "kind": about.kind.kind,
            "namespace": about.namespace,
            "name": about.name,
            "uid": about.uid,
            "apiVersion": about.kind.api_version,
            "resourceVersion": str(about.version),
        }
        if event.field_path:
            involved["fieldPath"] = event.field_path
        # Real names end in the time in nanoseconds; the version keeps two events of one moment apart.
        name = f"{about.name}.{int(now.timestamp()):x}{self._store.version:07x}"
        return {
            "metadata": {"name": name, "namespace": _namespace(about)},
            "involvedObject": {key: value for key, value in involved.items() if value},
            "reason": event.reason,
            "message": event.message,
            "type": event.type,
        }


def _namespace(about: Stored) -> str:
    """Tell where the events about an object go."""
    return about.namespace or "default"
