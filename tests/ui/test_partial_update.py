"""A partial update draws exactly the changed cells."""

import pyte
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from cockpit.ui.partial_update import PartialUpdate


class Row(Widget):
    """One line in two styles."""

    DEFAULT_CSS = "Row { width: 20; height: 1; }"
    shown = "0123456789日本語日本語"

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(self.shown[:7], Style(bold=True)), Segment(self.shown[7:], Style(color="red"))])


class Rows(App[None]):
    """Two rows side by side."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Row(id="left")
            yield Row(id="right")


def _characters(screen: pyte.Screen) -> list[str]:
    return [screen.buffer[0][column].data for column in range(40)]


async def test_only_the_named_cells_are_drawn() -> None:
    app = Rows()
    async with app.run_test(size=(40, 3)) as pilot:
        await pilot.pause()
        left, right = app.query_one("#left", Row), app.query_one("#right", Row)
        left.shown, right.shown = "abcdefghijklmnopqrst", "ABCDEFGHIJKLMNOPQRST"
        left.refresh(Region(8, 0, 2, 1))
        right.refresh(Region(0, 0, 1, 1), Region(17, 0, 3, 1))
        compositor = app.screen._compositor
        compositor.update_widgets({left, right})
        update = compositor.render_partial_update()
        assert isinstance(update, ChopsUpdate)

        screen = pyte.Screen(40, 3)
        pyte.Stream(screen).feed(PartialUpdate.of(update).render_segments(app.console))

    expected = [" "] * 40
    expected[8:10] = "ij"
    expected[20] = "A"
    expected[37:40] = "RST"
    assert _characters(screen) == expected
