"""The list of all events: the newest first, and no work for those that are neither new nor in view."""

import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace
from support.objects import ago, event, meta
from support.shop import NOW

from cockpit.reading import Reading
from cockpit.sources.kubernetes.kind_names import EVENTS, NODE_EVENTS
from cockpit.sources.kubernetes.objects import Event, Objects
from cockpit.ui.kubernetes.event_list import EventList
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter, parse_filter

MANY = 20_000
IN_VIEW = 40


def seen(pod: str, reason: str = "Unhealthy", **facts: Any) -> Event:
    return event(reason, f"Pod/{pod}", **facts)


class Listed:
    """A list, and what it is drawn from."""

    def __init__(self, *events: Event) -> None:
        self.held = Holdings()
        self.list = EventList()
        self.tell(events)

    def tell(self, events: Iterable[Event], source: str = EVENTS, wanted: PodFilter = EVERYTHING) -> None:
        told = Objects("shop", {each.meta.key: each for each in events}, "1")
        self.held.take(Reading(source=source, data=told, taken_at=NOW))
        self.list.update(self.held, NOW, wanted)

    def names(self) -> list[str]:
        return [row.reference.name for row in self.list.rows(0, len(self.list))]


def test_the_newest_is_first_and_what_comes_later_takes_its_place() -> None:
    old, new = seen("old", last_at=ago(minutes=9)), seen("new", last_at=ago(seconds=3))
    listed = Listed(old, new)
    assert listed.names() == ["new", "old"]
    listed.tell([old, new, seen("between", last_at=ago(minutes=1))])
    assert listed.names() == ["new", "between", "old"]


def test_an_event_that_was_told_again_moves_up_and_one_that_is_gone_goes() -> None:
    first, second, third = (seen(name, last_at=ago(minutes=at)) for at, name in enumerate(("a", "b", "c"), 1))
    listed = Listed(first, second, third)
    listed.tell([first, replace(third, last_at=ago(seconds=1), count=2)])
    assert listed.names() == ["c", "a"]
    assert listed.list.total == 2


def test_rows_are_found_by_their_keys_also_where_two_are_about_the_same() -> None:
    listed = Listed(seen("api", "Killing", last_at=ago(minutes=1)), seen("api", "BackOff", last_at=ago(minutes=2)))
    keys = [row.key for row in listed.list.rows(0, 2)]
    assert [listed.list.position(key) for key in keys] == [0, 1]
    assert listed.list.position("Pod/shop/api/shop/no.such") is None


def test_a_filter_holds_for_what_comes_later_too() -> None:
    wanted = parse_filter("backoff|web")
    listed = Listed(seen("api", "BackOff"), seen("db", "Pulled"))
    listed.tell([seen("api", "BackOff"), seen("db", "Pulled")], wanted=wanted)
    assert listed.names() == ["api"]
    listed.tell([seen("api", "BackOff"), seen("web", "Pulled"), seen("db", "Killing")], wanted=wanted)
    assert sorted(listed.names()) == ["api", "web"]
    listed.tell([seen("api", "BackOff")])
    assert listed.names() == ["api"]


def test_a_filter_may_name_an_object_as_kubectl_does() -> None:
    listed = Listed()
    listed.tell([seen("api-1"), seen("web-1")], wanted=parse_filter("pod/web"))
    assert listed.names() == ["web-1"]


def test_what_happened_to_nodes_stands_among_them() -> None:
    listed = Listed(seen("api", last_at=ago(minutes=2)))
    rebooted = event("Rebooted", "Node/node1", meta=meta("node1.1", "default"), last_at=ago(minutes=1))
    listed.tell([rebooted], NODE_EVENTS)
    assert listed.names() == ["node1", "api"]
    listed.tell([seen("api", last_at=ago(minutes=2)), seen("web", last_at=ago(minutes=3))])
    assert listed.names() == ["node1", "api", "web"]


def test_a_redraw_of_many_events_costs_what_is_in_view_and_what_is_new() -> None:
    events = [seen(f"api-{nth}", last_at=ago(seconds=nth)) for nth in range(MANY)]
    listed = Listed(*events)
    at = NOW

    def redraw() -> None:
        nonlocal at
        at += timedelta(seconds=1)
        listed.list.update(listed.held, at, EVERYTHING)
        listed.list.rows(0, IN_VIEW)

    at_rest = calls(redraw)
    assert at_rest < 30 * IN_VIEW
    newcomers = [seen(f"new-{nth}", last_at=NOW) for nth in range(50)]
    grown = Objects("shop", {each.meta.key: each for each in (*events, *newcomers)}, "2")
    listed.held.take(Reading(source=EVENTS, data=grown, taken_at=NOW))
    assert calls(redraw) < at_rest + 30 * len(newcomers)
    assert listed.list.total == MANY + 50
    assert listed.list.rows(1, 1)[0].reference.name == "new-0"


def test_a_letter_typed_into_the_filter_costs_one_search_for_each_event_and_no_new_order() -> None:
    events = [seen(f"api-{nth}", last_at=ago(seconds=nth)) for nth in range(MANY)]
    listed = Listed(*events)
    filters = [parse_filter(typed) for typed in ("a", "ap", "api-1", "!api-1", "a.*9$", "ap")]
    listed.list.update(listed.held, NOW, filters.pop(0))
    for wanted in filters:
        assert calls(partial(listed.list.update, listed.held, NOW, wanted)) < 1.01 * MANY
    assert len(listed.list) == MANY


def test_what_is_listed_is_right_after_every_letter_and_without_the_filter() -> None:
    listed = Listed(seen("api", last_at=ago(minutes=1)), seen("web", last_at=ago(minutes=2)))
    for typed, names in (("a", ["api", "web"]), ("ap", ["api"]), ("!ap", ["web"]), ("we", ["web"]), ("-l a=b", [])):
        listed.list.update(listed.held, NOW, parse_filter(typed))
        assert listed.names() == names
    listed.tell([seen("api", last_at=ago(minutes=1)), seen("db", last_at=ago(seconds=1))])
    assert listed.names() == ["db", "api"]


def test_an_event_is_filtered_by_what_it_says_now() -> None:
    wanted = parse_filter("backoff")
    event = seen("api", "BackOff")
    listed = Listed(event)
    listed.tell([event], wanted=wanted)
    listed.tell([replace(event, reason="Started")], wanted=wanted)
    assert listed.names() == []
    listed.tell([event], wanted=parse_filter("back"))
    assert listed.names() == ["api"]


def calls(work: Callable[[], object]) -> int:
    """Count the functions of Python that are called."""
    count = 0

    def note(_: Any, event: str, __: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
