"""All events in the order of time. There may be tens of thousands: a redraw looks at those that are new, or in view."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import compress

from cockpit.sources.kubernetes.objects import Event
from cockpit.ui.kubernetes.event_rows import event_key, event_row, told_at
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_row import ObjectRow
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter

_MOST_INSERTED = 1000
"""So many changed events are put in their places one by one; of more, all are sorted."""

_Place = tuple[float, str]
"""Where an event stands: the newest first, then by its key."""


class EventList:
    """The events that a filter accepts, the newest first."""

    def __init__(self) -> None:
        self._events: Mapping[str, Event] = {}
        self._all: list[_Place] = []
        self._order = self._all
        """Of those that the filter accepts; the same list while there is none."""
        self._texts: dict[str, bytes] = {}
        """What a filter sees of each event (UTF-8); nothing while there is none."""
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
        if before is not self._events:
            self._follow(before)
        if wanted is not self._wanted:
            self._wanted = wanted
            self._choose()

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
        return None if event is None else _find(self._order, _place(event))

    def _follow(self, before: Mapping[str, Event]) -> None:
        """Take over what differs from the events before."""
        events = self._events
        changed = [event for key, event in events.items() if before.get(key) is not event]
        known = [was for event in changed if (was := before.get(event.meta.key)) is not None]
        # Looking for those that are gone takes a pass of its own: they are counted first.
        gone = before.keys() - events.keys() if len(before) - len(known) + len(changed) != len(events) else ()
        out = [*known, *(before[key] for key in gone)]
        for event in out:
            self._texts.pop(event.meta.key, None)
        if len(changed) + len(gone) > _MOST_INSERTED:
            self._all = sorted(map(_place, events.values()))
            self._choose()
            return
        _move(self._all, out, changed)
        if self._order is not self._all:
            _move(self._order, out, self._accepted(changed))

    def _choose(self) -> None:
        """Let the filter choose among all events. They keep their order: it is not made anew by every key."""
        if self._wanted is EVERYTHING:
            self._order = self._all
            self._texts.clear()
        else:
            accepted = self._wanted.accepts_each(self._texts_of([key for _, key in self._all]))
            self._order = list(compress(self._all, accepted))

    def _accepted(self, events: Sequence[Event]) -> Iterable[Event]:
        return compress(events, self._wanted.accepts_each(self._texts_of([event.meta.key for event in events])))

    def _texts_of(self, keys: Sequence[str]) -> list[bytes]:
        texts, events = self._texts, self._events
        texts.update((key, _text(events[key])) for key in keys if key not in texts)
        return [texts[key] for key in keys]


def _text(event: Event) -> bytes:
    """Give what a filter sees of an event."""
    count = event.count if event.count > 1 else ""
    named = f"{event.kind}/{event.name} {event.namespace}/{event.name}"
    return f"{event.name}\n{named} {count} {event.reason} {event.message}".encode("utf-8", "replace")


def _place(event: Event) -> _Place:
    return -told_at(event).timestamp(), event.meta.key


def _move(order: list[_Place], out: Iterable[Event], into: Iterable[Event]) -> None:
    """Take events out of an order, as far as they are in it, and put others into their places."""
    for event in out:
        at = _find(order, _place(event))
        if at is not None:
            del order[at]
    for event in into:
        insort(order, _place(event))


def _find(order: Sequence[_Place], place: _Place) -> int | None:
    at = bisect_left(order, place)
    return at if at < len(order) and order[at] == place else None
