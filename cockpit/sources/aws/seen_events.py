"""Which events of a log group were shown, so that none is shown twice."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

_REMEMBERED = 200_000

Event = Mapping[str, Any]


class SeenEvents:
    """Remembers the newest events by their ids, and those of a live tail, which have none, by what they say.

    A line that was written twice in the same millisecond is two events: those that came one way are set off against
    those that came the other way, one for one.
    """

    def __init__(self, *, beside_live: bool) -> None:
        """Begin with none.

        Args:
            beside_live: whether there is a live tail; without one, ids are all that is needed.
        """
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._beside_live = beside_live
        self._only_read = _Tally()
        self._only_live = _Tally()
        self._any = False

    def __bool__(self) -> bool:
        return self._any

    def read(self, event: Event) -> bool:
        """Take note of an event that was asked for; tell whether it is new."""
        self._any = True
        event_id = str(event["eventId"])
        if event_id in self._ids:
            return False
        self._ids[event_id] = None
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)
        return not self._beside_live or not _settle(event, self._only_live, self._only_read)

    def told_live(self, event: Event) -> bool:
        """Take note of an event of the live tail; tell whether it is new."""
        self._any = True
        return not _settle(event, self._only_read, self._only_live)


class _Tally:
    """How often each text came one way and not the other. Texts are kept as hashes: they may be long."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, int] = OrderedDict()

    def add(self, text: int) -> None:
        self._counts[text] = self._counts.get(text, 0) + 1
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)

    def take(self, text: int) -> bool:
        """Set one off, if there is one."""
        count = self._counts.pop(text, 0)
        if count > 1:
            self._counts[text] = count - 1
        return count > 0


def _settle(event: Event, came_there: _Tally, came_here: _Tally) -> bool:
    """Set an event off against one that came the other way; tell whether there was one."""
    text = hash((event.get("logStreamName"), int(event["timestamp"]), str(event.get("message", "")).rstrip("\n")))
    if came_there.take(text):
        return True
    came_here.add(text)
    return False
