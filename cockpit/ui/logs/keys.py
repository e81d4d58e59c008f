"""The keys of the log widget, as less and vim have them."""

from textual.binding import Binding, BindingType

LOG_BINDINGS: list[BindingType] = [
    Binding("f", "follow", "follow", id="logs.follow", tooltip="Show new lines as they come"),
    Binding("w", "toggle_wrap", "wrap", id="logs.wrap", tooltip="Wrap long lines, or cut them"),
    Binding("t", "cycle_stamps", "times", id="logs.times", show=False, tooltip="Times: time of day, full, off"),
    Binding("J", "toggle_readable", "JSON", id="logs.json", tooltip="JSON lines readable, or as they came"),
    Binding("ampersand", "toggle_filter", "filter", id="logs.filter", tooltip="Show only matches, or every line"),
    Binding("n", "next_match", "next", id="logs.next", tooltip="Go to the next match"),
    Binding("N", "previous_match", "previous", id="logs.previous", show=False, tooltip="Go to the previous match"),
    Binding(
        "exclamation_mark", "invert", "invert", id="logs.invert", show=False, tooltip="Find the lines that do not match"
    ),
    Binding("right_square_bracket", "next_error", "error after", id="logs.next_error", tooltip="Go to the next error"),
    Binding(
        "left_square_bracket,E",
        "previous_error",
        "error before",
        id="logs.previous_error",
        tooltip="Go to the error before: from the newest lines, to the newest error",
    ),
    Binding(
        "v", "mark", "mark", id="logs.mark", show=False, tooltip="Mark from here to the line gone to, for e; or not"
    ),
    Binding("I", "cycle_case", "case", id="logs.case", show=False, tooltip="Case: smart, matters, ignored"),
    Binding(
        "plus",
        "context(1)",
        "more context",
        id="logs.more_context",
        show=False,
        tooltip="Filter with more lines around",
    ),
    Binding(
        "minus", "context(-1)", "less context", id="logs.less_context", show=False, tooltip="Filter with fewer around"
    ),
    Binding("up,k", "scroll_rows(-1)", "up", id="logs.up", show=False, tooltip="One line up"),
    Binding("down,j", "scroll_rows(1)", "down", id="logs.down", show=False, tooltip="One line down"),
    Binding("left", "sideways(-1)", "left", id="logs.left", show=False, tooltip="Scroll to the left"),
    Binding("right", "sideways(1)", "right", id="logs.right", show=False, tooltip="Scroll to the right"),
    Binding("ctrl+u", "scroll_pages(-0.5)", "half up", id="logs.half_up", show=False, tooltip="Half a page up"),
    Binding("ctrl+d", "scroll_pages(0.5)", "half down", id="logs.half_down", show=False, tooltip="Half a page down"),
    Binding("pageup", "scroll_pages(-1)", "page up", id="logs.page_up", show=False, tooltip="One page up"),
    Binding("pagedown,space", "scroll_pages(1)", "page down", id="logs.page_down", show=False, tooltip="A page down"),
    Binding("g,home", "top", "top", id="logs.top", show=False, tooltip="Go to the oldest line"),
    Binding("G,end", "follow", "bottom", id="logs.bottom", show=False, tooltip="Go to the newest line and follow"),
]
