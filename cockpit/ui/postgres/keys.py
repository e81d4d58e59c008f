"""The keys of the Postgres pane."""

from textual.binding import Binding, BindingType

POSTGRES_BINDINGS: list[BindingType] = [
    Binding("slash", "filter", "filter", id="postgres.filter", tooltip="Filter: regex, ! inverse"),
    Binding("slash", "search", "search", id="postgres.search", tooltip="Search the text: regex, n and N go on"),
    Binding("t", "turn", "count by", id="postgres.turn", tooltip="Count another time, group by something else"),
    Binding("o", "order", "order", id="postgres.order", tooltip="Sort by the next column"),
    Binding("O", "reverse", "reverse", id="postgres.reverse", show=False, tooltip="Turn the order round"),
    Binding("p", "pause", "pause", id="postgres.pause", tooltip="Hold what is shown, or go on"),
    Binding("I", "idle", "idle", id="postgres.idle", show=False, tooltip="List idle connections too, or not"),
    Binding("s", "subject(1)", "server", id="postgres.server", tooltip="The next server"),
    Binding("right", "tab(1)", "next page", id="postgres.next", show=False, tooltip="The next page"),
    Binding("left", "tab(-1)", "page before", id="postgres.previous", show=False, tooltip="The page before"),
    Binding("x", "sql", "SQL", id="postgres.sql", tooltip="Type one SQL statement that only reads"),
    Binding("E", "explain", "explain", id="postgres.explain", show=False, tooltip="How the statement would be run"),
    Binding("P", "pin", "pin", id="postgres.pin", tooltip="Write what is opened into the incident log"),
    Binding("c", "copy", "copy", id="postgres.copy", show=False, tooltip="Copy the statement, or the row's name"),
    Binding("escape", "close", "back", id="postgres.close", show=False, tooltip="Back, or drop the filter"),
]
