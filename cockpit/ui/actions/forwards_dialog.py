"""The ports of the cluster that are open on this machine."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cockpit.actions.port_forwards import Forward, ForwardState
from cockpit.text import clean
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.rows import Cell, Column, ListedRows, Row
from cockpit.ui.widgets.table import Table

_COLUMNS = (
    Column("target", "TARGET", 26, grows=True),
    Column("port", "PORT", 6, right=True),
    Column("local", "ON THIS MACHINE", 22),
    Column("state", "STATE", 10),
)
_TONES: dict[ForwardState, Tone] = {
    ForwardState.OPENING: "changing",
    ForwardState.OPEN: "well",
    ForwardState.ENDED: "wrong",
}


class ForwardsDialog(Dialog[str]):
    """Lists open ports; the answer is the number of the one to close, or `ADD`."""

    ADD: ClassVar = "add"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", "open a port", id="forwards.add", tooltip="Open a port of what is selected"),
        Binding("x,delete", "stop", "close the port", id="forwards.stop", tooltip="Close the port under the cursor"),
    ]
    DEFAULT_CSS = """
    ForwardsDialog { align: center middle; }
    ForwardsDialog > Vertical { width: 100; max-width: 96%; height: 16; padding: 0 1; }
    ForwardsDialog Table { height: 1fr; }
    ForwardsDialog Static { height: auto; max-height: 4; color: $doubtful; padding: 0 1; }
    """

    def __init__(self, forwards: Sequence[Forward], target: str) -> None:
        """List `forwards`; a port of `target` can be added, unless that is empty."""
        super().__init__()
        self._forwards = forwards
        self._target = target
        self._heading = Line(classes="pane-title", fill="─")
        self._rows = ListedRows()
        self._table = Table(_COLUMNS, self._rows, empty="no port is open")
        self._says = Static()
        self._foot = Line()

    def compose(self) -> ComposeResult:
        """Title, ports, keys."""
        with Vertical(classes="dialog"):
            yield self._heading
            yield self._table
            yield self._says
            yield self._foot

    def on_mount(self) -> None:
        """Draw."""
        self._heading.show([Span("─ ", "dim"), Span("Port-forwards", "strong"), Span(" ")])
        adds = f"n opens a port of {clean(self._target)} · " if self._target else ""
        self._foot.show([Span(f" {adds}x closes one · escape goes back", "dim")])
        self.show(self._forwards)
        self._table.focus()

    def show(self, forwards: Sequence[Forward]) -> None:
        """List these from now on."""
        self._forwards = forwards
        self._rows.replace([_row(each) for each in forwards])
        self._table.redraw()
        self._say()

    @on(Table.Moved)
    def _say(self) -> None:
        """Tell what kubectl said last about the port under the cursor."""
        said = next((each.error for each in self._forwards if str(each.number) == self._table.cursor_key), "")
        self._says.update(Content(clean(said)))

    def action_add(self) -> None:
        """Open a port of what is selected."""
        if self._target:
            self.dismiss(self.ADD)

    @on(Table.Opened)
    def action_stop(self) -> None:
        """Close the port under the cursor."""
        if self._table.cursor_key is not None:
            self.dismiss(self._table.cursor_key)


def _row(forward: Forward) -> Row:
    local = f"127.0.0.1:{forward.local}" if forward.local else "-"
    cells = (
        Cell(f"{forward.namespace}/{forward.target}"),
        Cell(str(forward.port)),
        Cell(local, "strong"),
        Cell(forward.state.value, _TONES[forward.state]),
    )
    return Row(str(forward.number), cells)
