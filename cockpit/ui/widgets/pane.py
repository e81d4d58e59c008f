"""The frame that all panes share: a title line with the state at its right, and what is in trouble below it."""

from collections.abc import Mapping, Sequence

from rich.style import Style
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from cockpit.text import clean
from cockpit.ui.tones import Tone, lit
from cockpit.ui.widgets.line import Line


class Title(Line):
    """The title line of a pane; its name is lit while keys go to the pane."""

    def _styles(self) -> Mapping[Tone, Style]:
        styles = super()._styles()
        pane = self.parent
        return {**styles, "strong": lit(self)} if isinstance(pane, Pane) and pane.has_focus_within else styles


class Pane(Vertical):
    """A part of the screen with a title line.

    The state of its source stands at the right end of the title; trouble is told below it, wrapped, because a command
    that is cut cannot be typed.
    """

    DEFAULT_CSS = """
    Pane { height: 1fr; }
    Pane > Table { height: 1fr; }
    Pane > .trouble { display: none; height: auto; max-height: 6; }
    Pane.in-trouble > .trouble { display: block; }
    Pane.in-trouble.no-remedy > #remedy { display: none; }
    Pane > #trouble { color: $wrong; padding: 0 1; }
    Pane > #remedy { text-style: bold; padding: 0 1 0 3; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002  (the name that Textual gives it)
        super().__init__(id=id)
        self.title = Title(fill="─")
        self._trouble = Static(id="trouble", classes="trouble")
        self._remedy = Static(id="remedy", classes="trouble")
        self._told = ("", "")

    @property
    def part(self) -> str:
        """What it shows at the moment of all that it can show, such as a page; empty where that is always the same."""
        return ""

    def frame(self) -> Sequence[Widget]:
        """Give the lines that stand above the content, for `compose`; those for trouble come with the first of it."""
        return (self.title,)

    def on_descendant_focus(self) -> None:
        """Show that keys go here."""
        self.title.redraw()

    def on_descendant_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.title.redraw()

    def show_trouble(self, failed: str, remedy: str | None = None) -> None:
        """Say what failed and what to type; no text hides the lines again."""
        told = clean(failed), clean(remedy or "")
        if told == self._told:
            return
        self._told = failed, remedy = told
        if not self._trouble.is_attached:
            self.mount(self._trouble, self._remedy, after=self.title)
        self.set_class(bool(failed), "in-trouble")
        self.set_class(not remedy, "no-remedy")
        self._trouble.update(Content(f"! {failed}"))
        self._remedy.update(Content(f"try: {remedy}"))
