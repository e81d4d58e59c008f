"""The keys of a pane with pages: those of the Postgres pane, where it has them."""

from textual.binding import Binding, BindingType

PAGED_BINDINGS: list[BindingType] = [
    Binding("slash", "filter", "filter", id="page.filter", tooltip="Filter: regex, ! inverse"),
    Binding("slash", "search", "search", id="page.search", tooltip="Search the text: regex, n and N go on"),
    Binding("t", "turn", "list by", id="page.turn", tooltip="List it in another way"),
    Binding("o", "order", "order", id="page.order", tooltip="Sort by the next column"),
    Binding("O", "reverse", "reverse", id="page.reverse", show=False, tooltip="Turn the order round"),
    Binding("p", "pause", "pause", id="page.pause", tooltip="Hold what is shown, or go on"),
    Binding("s", "subject(1)", "account", id="page.subject", tooltip="The next account"),
    Binding("less_than_sign", "subject(-1)", "before", id="page.subject_before", show=False, tooltip="The one before"),
    Binding("right", "tab(1)", "next page", id="page.next", show=False, tooltip="The next page"),
    Binding("left", "tab(-1)", "page before", id="page.previous", show=False, tooltip="The page before"),
    Binding("P", "pin", "pin", id="page.pin", tooltip="Write what is opened into the incident log"),
    Binding("c", "copy", "copy", id="page.copy", show=False, tooltip="Copy what is opened, or the row"),
    Binding("escape", "close", "back", id="page.close", show=False, tooltip="Back, or drop the filter"),
]
