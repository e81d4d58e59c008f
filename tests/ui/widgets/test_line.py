"""A line that keeps what it painted."""

from textual.app import App, ComposeResult
from textual.theme import Theme

from cockpit.ui.theme import load_theme, to_textual
from cockpit.ui.widgets.line import Line, Span


class OneLine(App[None]):
    """Shows a line of two."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Line()

    def get_theme(self, theme_name: str) -> Theme:
        """Give the colours of the cockpit."""
        return to_textual(load_theme("dark"))

    def compose(self) -> ComposeResult:
        """The line."""
        self.line.styles.height = 2
        yield self.line

    def screen_text(self) -> list[str]:
        """Read the lines of the screen."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


async def test_a_hidden_line_survives_other_colours() -> None:
    app = OneLine()
    async with app.run_test(size=(40, 4)) as pilot:
        app.line.show([Span("first")])
        app.line.show([Span("second")], y=1)
        await pilot.pause()
        app.line.display = False
        await pilot.pause()

        app.line.notify_style_update()

        app.line.display = True
        await pilot.pause()
        assert app.screen_text()[:2] == ["first", "second"]
