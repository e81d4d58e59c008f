"""The one screen: it lays the panes out and hands them what they show."""

from datetime import tzinfo
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, Resize
from textual.screen import Screen
from textual.widget import Widget

from cockpit import diagnostician, session
from cockpit.clock import Clock
from cockpit.logs.buffer import LogBuffer
from cockpit.reading import Reading
from cockpit.ui.checklist_pane import ChecklistPane
from cockpit.ui.findings_pane import FindingsPane
from cockpit.ui.header import Header
from cockpit.ui.hints import Hints, key_label
from cockpit.ui.incident_log_pane import IncidentLogPane
from cockpit.ui.line import Line, Span
from cockpit.ui.logs_pane import LogsPane
from cockpit.ui.pods_pane import PodsPane
from cockpit.ui.prompt import Prompt

NARROW_WIDTH, NARROW_HEIGHT = 100, 30
"""Below either, one pane is shown at a time."""
LEAST_WIDTH, LEAST_HEIGHT = 60, 20
"""Below either, only what is wrong and the clocks are shown."""
VIEWS = ("overview", "pods", "logs", "incident")


class CockpitScreen(Screen[None]):
    """Panes and where they stand. It knows no source and no file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "view('overview')", "overview", id="view.overview", tooltip="What is wrong, pods and logs"),
        Binding("2", "view('pods')", "pods", id="view.pods", tooltip="Pods over the whole height"),
        Binding("3", "view('logs')", "logs", id="view.logs", tooltip="Logs over the whole height"),
        Binding("0", "view('incident')", "incident", id="view.incident", tooltip="Checklist and incident log"),
        Binding("b", "sidebar", "sidebar", id="view.sidebar", show=False, tooltip="Show or hide the sidebar"),
        Binding("tab", "app.focus_next", "next pane", id="pane.next", show=False, tooltip="Next pane"),
        Binding("shift+tab", "app.focus_previous", "previous pane", id="pane.previous", show=False),
    ]

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(classes=f"view-{VIEWS[0]}")  # a class that comes later has every widget styled again
        self.header = Header(zone)
        self.findings = FindingsPane(clock, zone)
        self.pods = PodsPane(clock, zone)
        self.logs = LogsPane(LogBuffer(), zone)
        self.checklist = ChecklistPane(zone)
        self.incident_log = IncidentLogPane(zone)
        self.prompt = Prompt()
        self.hints = Hints()
        self.view = ""
        self._sidebar = Vertical(id="sidebar")
        self._too_small = Line(id="too-small")

    def compose(self) -> ComposeResult:
        """Header, panes, and one line below for what is typed or told."""
        yield self.header
        with Horizontal(id="panes"):
            with Vertical(id="main"):
                yield self.findings
                yield self.pods
                yield self.logs
                yield self._too_small
            yield self._sidebar
        yield self.prompt
        yield self.hints

    def on_mount(self) -> None:
        """Start with the overview; what the sidebar shows is loaded after the first frame, and so is the sidebar."""
        self.action_view(VIEWS[0])
        self.call_after_refresh(self._fill_sidebar)

    def _fill_sidebar(self) -> None:
        if self._sidebar.is_attached:  # not so when a signal has closed the screen meanwhile
            self._sidebar.mount(self.checklist, self.incident_log)

    @property
    def narrow(self) -> bool:
        """Whether one pane is shown at a time."""
        return self.has_class("narrow")

    def on_resize(self, event: Resize) -> None:
        """Choose the arrangement for the new size."""
        width, height = event.size
        self.set_class(width < NARROW_WIDTH or height < NARROW_HEIGHT, "narrow")
        self.set_class(width < LEAST_WIDTH or height < LEAST_HEIGHT, "tiny")
        self.call_after_refresh(self._keep_focus)
        self._too_small.show([Span(f" {width} x {height}: the panes need {LEAST_WIDTH} x {LEAST_HEIGHT}", "dim")])

    def show(self, reading: Reading[Any]) -> None:
        """Hand a reading to the pane that shows it."""
        match reading.source:
            case session.PODS:
                self.pods.show(reading)
            case session.METRICS:
                self.pods.show_usage(reading)
            case diagnostician.DIAGNOSIS:
                self.findings.show(reading)

    def redraw_tables(self) -> None:
        """Let ages move on."""
        self.findings.redraw()
        self.pods.redraw()

    def action_view(self, name: str) -> None:
        """Show one of the views and focus what it is about."""
        for view in VIEWS:
            self.set_class(view == name, f"view-{view}")
        self.view = name
        self.set_focus(self._subject())

    def action_sidebar(self) -> None:
        """Show or hide the sidebar."""
        self.toggle_class("no-sidebar")
        self.call_after_refresh(self._keep_focus)

    def _keep_focus(self) -> None:
        """Give the focus to what the view is about when the pane that had it is no longer shown."""
        if self.focused is None or not self.focused.is_on_screen:
            self.set_focus(self._subject())

    def _subject(self) -> Widget:
        subjects: dict[str, Widget] = {"logs": self.logs.view, "incident": self.checklist.table}
        return subjects.get(self.view, self.pods.table)

    @on(DescendantFocus)
    def _show_keys(self) -> None:
        self.call_after_refresh(self.refresh_keys)

    def refresh_keys(self) -> None:
        """Show the keys of what has the focus, its own before those that work everywhere."""
        shown = [active for active in self.own_bindings() if active.binding.show]
        self.hints.show_keys(
            [_hint(active) for active in shown if active.node is not self.app],
            [_hint(active) for active in shown if active.node is self.app],
        )

    def own_bindings(self) -> list[ActiveBinding]:
        """Give the keys that work now and that a person can rebind, those of the focused pane first."""
        found: dict[str, ActiveBinding] = {}
        for active in self.active_bindings.values():
            if active.binding.id and active.enabled:
                found.setdefault(active.binding.id, active)
        depth = {id(node): -nth for nth, node in enumerate(self.focused.ancestors_with_self if self.focused else ())}
        return sorted(
            found.values(), key=lambda active: (active.node in (self, self.app), depth.get(id(active.node), 0))
        )


def _hint(active: ActiveBinding) -> tuple[str, str]:
    return key_label(active.binding), active.binding.description
