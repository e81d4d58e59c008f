"""The newest readings of a cluster, kind by kind, for whoever draws them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from cockpit.diagnosis.finding import Finding
from cockpit.diagnostician import DIAGNOSIS
from cockpit.reading import Reading
from cockpit.sources.kubernetes.kind_names import EVENTS, NODE_EVENTS, READING_OF_KIND
from cockpit.sources.kubernetes.model import NODE_METRICS, PODS, Pod, Pods, Usage
from cockpit.sources.kubernetes.objects import Event, ObjectRef, Objects

T = TypeVar("T")


class Holdings:
    """Keeps the newest reading of every source of a cluster."""

    def __init__(self) -> None:
        self._readings: dict[str, Reading[Any]] = {}
        self._events: tuple[Mapping[str, Event], Mapping[str, Event]] = ({}, {})
        """What `_all_events` was put together from."""
        self._all_events: Mapping[str, Event] = {}

    def take(self, reading: Reading[Any]) -> None:
        """Take over a reading."""
        self._readings[reading.source] = reading

    def forget(self) -> None:
        """Begin anew: another cluster or namespace is looked at."""
        self._readings.clear()

    def reading(self, source: str) -> Reading[Any] | None:
        """Give the newest reading of a source; None before the first."""
        return self._readings.get(source)

    @property
    def pods(self) -> Mapping[str, Pod]:
        """The pods, by `namespace/name`."""
        reading = self._readings.get(PODS)
        return reading.data.pods if reading is not None and reading.data is not None else {}

    @property
    def listed_pods(self) -> Pods | None:
        """The pods as they were read last; None before that."""
        reading = self._readings.get(PODS)
        return None if reading is None else reading.data

    @property
    def events(self) -> Mapping[str, Event]:
        """All events, with those about nodes, by `Meta.key`. The same mapping until one of them changes."""
        events, of_nodes = self.objects(EVENTS, Event), self.objects(NODE_EVENTS, Event)
        if not of_nodes:
            return events
        if self._events[0] is not events or self._events[1] is not of_nodes:
            self._events, self._all_events = (events, of_nodes), {**of_nodes, **events}
        return self._all_events

    @property
    def node_usage(self) -> Mapping[str, Usage]:
        """What the nodes use, by name, as far as it is known."""
        reading = self._readings.get(NODE_METRICS)
        return reading.data.usage if reading is not None and reading.data is not None else {}

    @property
    def listed(self) -> Mapping[str, Objects[Any]]:
        """The objects of all other kinds as they were read last, by name of the reading."""
        readings = self._readings.items()
        return {name: each.data for name, each in readings if isinstance(each.data, Objects)}

    @property
    def scope(self) -> str:
        """The namespace that was asked for; empty for all of them, or while nothing is known."""
        reading = self._readings.get(PODS)
        return reading.data.scope if reading is not None and reading.data is not None else ""

    def findings_about(self, *abouts: ObjectRef) -> list[Finding]:
        """Give what is wrong with any of these objects, worst first."""
        reading = self._readings.get(DIAGNOSIS)
        findings = reading.data.findings if reading is not None and reading.data is not None else ()
        return [each for each in findings if any(about in each.objects for about in abouts)]

    def is_gone(self, about: ObjectRef) -> bool:
        """Tell whether an object of a watched kind is no longer there, as far as its kind was read completely."""
        reading = self._readings.get(PODS if about.kind == "Pod" else READING_OF_KIND.get(about.kind, ""))
        if reading is None or reading.data is None or reading.trouble is not None or not reading.data.resource_version:
            return False
        data = reading.data
        there = data.pods if isinstance(data, Pods) else data.objects
        return data.scope in ("", about.namespace) and about.key not in there

    def objects(self, source: str, kind: type[T]) -> Mapping[str, T]:  # noqa: ARG002  (tells the type checker)
        """Give the objects of a source, by `Meta.key`; nothing while they are not known."""
        reading = self._readings.get(source)
        if reading is None or reading.data is None:
            return {}
        found: Mapping[str, T] = reading.data.objects
        return found
