"""Shows a source in two places: in a strip of the overview, and over the whole width."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic

from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.reading import Reading
from cockpit.ui.paged.held import Held
from cockpit.ui.paged.page import V
from cockpit.ui.paged.paged_pane import PagedPane
from cockpit.ui.paged.strip import Strip, Summary


class PagedDesk(Generic[V]):
    """Its panes are mounted when they are first needed: the first frame does without them."""

    def __init__(
        self,
        screen: Screen[Any],
        held: Held[V],
        pane: PagedPane[V],
        summary: Callable[[datetime], Summary],
        clock: Clock,
        *,
        above: Sequence[str] = (),
    ) -> None:
        """Arrange `pane`, and a strip that says `summary`, on `screen` below its widget `#main`.

        `above` names the panes whose strips stand below this one.
        """
        self.held = held
        self.pane = pane
        self.strip = Strip(summary, clock, id=f"{pane.id}-overview")
        self._screen = screen
        self._below = [f"{each}-overview" for each in above]
        if screen.has_class(f"view-{pane.id}"):  # a person was quicker
            self.mount()

    @property
    def subject(self) -> Widget | None:
        """What keys should go to; None before the pane is there."""
        return self.pane.subject if self.pane.is_mounted else None

    def mount(self) -> None:
        """Put the pane of the view in its place."""
        if not self.pane.is_attached:
            self._screen.query_one("#main", Vertical).mount(self.pane)

    def show(self, reading: Reading[Any]) -> None:
        """Take over a reading. The first one brings the strip of the overview."""
        if not self.held.take(reading):
            return
        if self.held.names and not self.strip.is_attached:
            main = self._screen.query_one("#main", Vertical)
            below = [each for each in main.query_children(Strip) if each.id in self._below]
            main.mount(self.strip, before=below[0] if below else "#logs")
        self.strip.show()
        self.pane.show()

    def redraw(self) -> None:
        """Let ages move on."""
        self.strip.redraw()
        self.pane.redraw()

    def open(self, subject: str, tab: str = "", row: str = "") -> None:
        """Show a subject, on a page or on the one that is shown, with the cursor on a row."""
        self.mount()
        self.pane.choose(subject, tab, row)
