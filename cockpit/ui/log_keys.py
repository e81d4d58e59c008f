"""The keys of the log widget, as less and vim have them."""

from textual.binding import Binding, BindingType

LOG_BINDINGS: list[BindingType] = [
    Binding("f", "follow", "Follow", id="logs.follow", tooltip="Show new lines as they come"),
    Binding("w", "toggle_wrap", "Wrap", id="logs.wrap", tooltip="Wrap long lines, or cut them"),
    Binding("t", "cycle_stamps", "Times", id="logs.times", tooltip="Times: time of day, full, off"),
    Binding("ampersand", "toggle_filter", "Filter", id="logs.filter", tooltip="Show only matches, or every line"),
    Binding("n", "next_match", "Next", id="logs.next", tooltip="Go to the next match"),
    Binding("N", "previous_match", "Previous", id="logs.previous", tooltip="Go to the previous match"),
    Binding("exclamation_mark", "invert", "Invert", id="logs.invert", tooltip="Find the lines that do not match"),
    Binding("I", "cycle_case", "Case", id="logs.case", tooltip="Case: smart, matters, ignored"),
    Binding("plus", "context(1)", "More context", id="logs.more_context", tooltip="Filter with more lines around"),
    Binding("minus", "context(-1)", "Less context", id="logs.less_context", tooltip="Filter with fewer around"),
    Binding("up,k", "scroll_rows(-1)", "Up", id="logs.up", show=False, tooltip="One line up"),
    Binding("down,j", "scroll_rows(1)", "Down", id="logs.down", show=False, tooltip="One line down"),
    Binding("left", "sideways(-1)", "Left", id="logs.left", show=False, tooltip="Scroll to the left"),
    Binding("right", "sideways(1)", "Right", id="logs.right", show=False, tooltip="Scroll to the right"),
    Binding("ctrl+u", "scroll_pages(-0.5)", "Half up", id="logs.half_up", show=False, tooltip="Half a page up"),
    Binding("ctrl+d", "scroll_pages(0.5)", "Half down", id="logs.half_down", show=False, tooltip="Half a page down"),
    Binding("pageup", "scroll_pages(-1)", "Page up", id="logs.page_up", show=False, tooltip="One page up"),
    Binding("pagedown,space", "scroll_pages(1)", "Page down", id="logs.page_down", show=False, tooltip="A page down"),
    Binding("g,home", "top", "Top", id="logs.top", show=False, tooltip="Go to the oldest line"),
    Binding("G,end", "follow", "Bottom", id="logs.bottom", show=False, tooltip="Go to the newest line and follow"),
]
