"""All events in the order of time. There may be tens of thousands: a redraw looks at those that are new, or in view."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from datetime import datetime

from cockpit.sources.kubernetes.objects import Event
from cockpit.ui.kubernetes.event_rows import event_key, event_row, told_at
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_row import ObjectRow
from cockpit.ui.pod_filter import EVERYTHING, PodFilter

_MOST_INSERTED = 1000
"""So many changed events are put in their places one by one; of more, all are sorted."""

_Place = tuple[float, str]
"""Where an event stands: the newest first, then by its key."""


class EventList:
    """The events that a filter accepts, the newest first."""

    def __init__(self) -> None:
        self._events: Mapping[str, Event] = {}
        self._order: list[_Place] = []
        """Of the events that the filter accepts."""
        self._wanted = EVERYTHING
        self._now: datetime | None = None

    @property
    def total(self) -> int:
        """How many events there are without the filter."""
        return len(self._events)

    def update(self, held: Holdings, now: datetime, wanted: PodFilter) -> None:
        """Show what is held as of `now`, as far as it is `wanted`."""
        self._now = now
        before, self._events = self._events, held.events
        if wanted is not self._wanted:
            self._wanted = wanted
            self._sort()
        elif before is not self._events:
            self._follow(before)

    def __len__(self) -> int:
        return len(self._order)

    def rows(self, first: int, count: int) -> Sequence[ObjectRow]:
        """Give at most `count` rows from position `first` on."""
        if self._now is None:
            return ()
        return [event_row(self._events[key], self._now) for _, key in self._order[first : first + count]]

    def position(self, key: str) -> int | None:
        """Tell at which position a row stands; None when it is not there."""
        event = self._events.get(event_key(key))
        return None if event is None else self._find(_place(event))

    def _follow(self, before: Mapping[str, Event]) -> None:
        """Take over what differs from the events before."""
        events = self._events
        changed = [event for key, event in events.items() if before.get(key) is not event]
        known = [was for event in changed if (was := before.get(event.meta.key)) is not None]
        # Looking for those that are gone takes a pass of its own: they are counted first.
        gone = before.keys() - events.keys() if len(before) - len(known) + len(changed) != len(events) else ()
        if len(changed) + len(gone) > _MOST_INSERTED:
            self._sort()
            return
        for event in (*known, *(before[key] for key in gone)):
            at = self._find(_place(event))
            if at is not None:
                del self._order[at]
        for event in changed:
            if self._accepts(event):
                insort(self._order, _place(event))

    def _sort(self) -> None:
        events = self._events.values()
        chosen = events if self._wanted is EVERYTHING else [event for event in events if self._accepts(event)]
        self._order = sorted(map(_place, chosen))

    def _find(self, place: _Place) -> int | None:
        at = bisect_left(self._order, place)
        return at if at < len(self._order) and self._order[at] == place else None

    def _accepts(self, event: Event) -> bool:
        if self._wanted is EVERYTHING:
            return True
        count = event.count if event.count > 1 else ""
        named = f"{event.kind}/{event.name} {event.namespace}/{event.name}"
        return self._wanted.accepts_text(f"{event.name}\n{named} {count} {event.reason} {event.message}", {})


def _place(event: Event) -> _Place:
    return -told_at(event).timestamp(), event.meta.key
