"""Shows the kinds beside pods, and single objects, in the main column of the screen."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.reading import Reading, State
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.kind_tabs import KIND_TABS, LISTED_TABS, KindTab
from cockpit.ui.kubernetes.object_pane import ObjectPane, ReadText
from cockpit.ui.kubernetes.objects_pane import ObjectsPane
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.choice_line import ChoiceLine

_PODS = 0
"""Position of the pods among the kinds; the others follow."""


class KindDesk:
    """Knows which kind is shown, and whether one of its objects is open.

    Its panes are mounted when they are first asked for: the first frame does without them.
    """

    def __init__(
        self,
        screen: Screen[Any],
        held: Holdings,
        read_text: ReadText,
        ask: Callable[[str], None],
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        """Arrange panes on `screen`, below its widget `#main`.

        Args:
            screen: where the panes stand.
            held: what the panes are drawn from.
            read_text: fetches the description and the YAML of an object.
            ask: has a reading taken that nobody takes unasked.
            clock: where the time comes from.
            zone: of the times on the screen.
        """
        self.held = held
        self.objects = ObjectsPane(self.held, clock, zone)
        self.object = ObjectPane(self.held, read_text, clock, zone)
        self.kinds = ChoiceLine(id="kinds")
        self._screen = screen
        self._ask = ask
        self._clock = clock
        self._tabs = list(KIND_TABS)
        """Those that the arrows lead through: the watched ones, and what a person has chosen beside them."""
        self._shown = _PODS

    @property
    def subject(self) -> Widget | None:
        """What keys should go to; None while the pods are shown."""
        if self._screen.has_class("object-open"):
            return self.object.subject
        return self.objects.table if self._shown != _PODS else None

    @property
    def reference(self) -> ObjectRef | None:
        """The object that is open, or the one under the cursor of the list; None while the pods are shown."""
        if self._screen.has_class("object-open"):
            return self.object.about
        return self.objects.selected if self._shown != _PODS else None

    @property
    def pod_under_cursor(self) -> Pod | None:
        """The pod under the cursor among the pods of an open object."""
        return self.object.pod_under_cursor if self._screen.has_class("object-open") else None

    @property
    def revision(self) -> int | None:
        """The revision under the cursor among those of an open deployment, unless it is the present one."""
        return self.object.earlier_revision if self._screen.has_class("object-open") else None

    def show(self, reading: Reading[Any]) -> None:
        """Hand a reading to the panes that are drawn from it."""
        self.held.take(reading)
        if self.objects.is_mounted:
            self.objects.show(reading)
            self.object.show(reading)
            self._draw_kinds()

    def redraw(self) -> None:
        """Let ages move on."""
        if self.objects.is_mounted:
            self.objects.redraw()
            self.object.redraw()

    def begin_scope(self) -> None:
        """Forget what belonged to the scope before."""
        self.held.forget()
        self.objects.begin_scope()
        if self._screen.has_class("object-open"):
            self.close()
            self._screen.call_after_refresh(self._focus)

    def turn(self, kinds: int) -> None:
        """Show the kind so many further on."""
        self.choose((self._shown + kinds) % (len(self._tabs) + 1))

    def choose_kind(self, title: str) -> None:
        """Show a kind by its title."""
        self._tabs += [tab for tab in LISTED_TABS if tab.title == title and tab not in self._tabs]
        titles = [tab.title for tab in self._tabs]
        self.choose(titles.index(title) + 1 if title in titles else _PODS)

    def choose(self, position: int) -> None:
        """Show the kind at a position: 0 for the pods."""
        self._mount()
        self._shown = position
        self._screen.remove_class("object-open")
        self._screen.set_class(position != _PODS, "other-kind")
        if position != _PODS:
            tab = self._tabs[position - 1]
            self.objects.choose(tab)
            if tab.asks:
                self._ask(tab.asks)
        self._draw_kinds()
        self._screen.call_after_refresh(self._focus)

    def open(self, about: ObjectRef, page: str = "", row: str = "") -> None:
        """Open an object, on a page or on what suits its kind, with the cursor on a row."""
        self._mount()
        self._screen.add_class("object-open")
        self.object.open(about, page, row)

    def close(self) -> None:
        """Show the list again in the place of an object."""
        self._screen.remove_class("object-open")

    def _focus(self) -> None:
        """Give the focus to what is shown; to what the screen thinks right where that is the pods."""
        subject = self.subject
        (subject or self._screen.query_one("#pods-table")).focus()

    def _mount(self) -> None:
        if not self.objects.is_attached:
            main = self._screen.query_one("#main", Vertical)
            main.mount(self.kinds, before="#pods")
            main.mount(self.objects, self.object)

    def _draw_kinds(self) -> None:
        pods: list[tuple[str, Tone]] = [("Pods", "")]
        self.kinds.show_kinds([*pods, *((tab.title, self._tone(tab)) for tab in self._tabs)], self._shown)

    def _tone(self, tab: KindTab) -> Tone:
        """Draw a kind that cannot be read as such, and one that is not there as if it did not matter."""
        reading = self.held.reading(tab.sources[0])
        if reading is None or reading.off:
            return "dim"
        return "wrong" if reading.state(self._clock()) in (State.FAILING, State.DENIED) else ""
