"""The one screen: it lays the panes out and hands them what they show."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, Resize, ScreenResume
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from cockpit.clock import Clock
from cockpit.reading import Reading
from cockpit.ui.findings.findings_pane import FindingsPane
from cockpit.ui.header import Header, Standing
from cockpit.ui.hints import Hints, key_label
from cockpit.ui.kubernetes.pods_pane import PodsPane
from cockpit.ui.logs.logs_pane import LogsPane
from cockpit.ui.way_back import Place, WayBack
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from cockpit.ui.aws.aws_desk import AwsDesk
    from cockpit.ui.incident.checklist_pane import ChecklistPane
    from cockpit.ui.incident.incident_desk import IncidentDesk
    from cockpit.ui.incident.incident_log_pane import IncidentLogPane
    from cockpit.ui.kubernetes.kind_desk import KindDesk
    from cockpit.ui.postgres.postgres_desk import PostgresDesk
    from cockpit.ui.web.web_desk import WebDesk

NARROW_WIDTH, NARROW_HEIGHT = 100, 30
"""Below either, one pane is shown at a time."""
LEAST_WIDTH, LEAST_HEIGHT = 60, 20
"""Below either, only what is wrong and the clocks are shown."""
VIEWS = ("overview", "pods", "logs", "postgres", "aws", "web", "incident")
_BACK = "back"


class SourceDesk(Protocol):
    """Who shows a source in a view of its own, whose panes are mounted when they are first needed."""

    @property
    def subject(self) -> Widget | None:
        """What keys should go to; None before the pane is there."""

    def mount(self) -> None:
        """Put the pane of the view in its place."""

    def show(self, reading: Reading[Any]) -> None:
        """Take over a reading."""

    def redraw(self) -> None:
        """Let ages move on."""


class CockpitScreen(Screen[None]):
    """Panes and where they stand. It knows no source and no file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", _BACK, "back", id="view.back", tooltip="Back to where you came from"),
        Binding(
            "1",
            "view('overview')",
            "overview",
            id="view.overview",
            tooltip="What is wrong, pods and logs; again: to the findings",
        ),
        Binding("2", "view('pods')", "pods", id="view.pods", tooltip="Pods over the whole height"),
        Binding("3", "view('logs')", "logs", id="view.logs", tooltip="Logs over the whole height"),
        Binding("4", "view('postgres')", "postgres", id="view.postgres", tooltip="Postgres over the whole height"),
        Binding("5", "view('aws')", "aws", id="view.aws", tooltip="AWS over the whole height"),
        Binding("6", "view('web')", "web", id="view.web", tooltip="Health, metrics, alerts, status pages"),
        Binding("0", "view('incident')", "incident", id="view.incident", tooltip="Checklist and incident log"),
        Binding("b", "sidebar", "sidebar", id="view.sidebar", show=False, tooltip="Show or hide the sidebar"),
        Binding("tab", "app.focus_next", "next pane", id="pane.next", show=False, tooltip="Next pane"),
        Binding("shift+tab", "app.focus_previous", "previous pane", id="pane.previous", show=False),
    ]

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        super().__init__(classes=f"view-{VIEWS[0]}")  # a class that comes later has every widget styled again
        self._clock = clock
        self._zone = zone
        self.header = Header(zone)
        self.findings = FindingsPane(clock, zone)
        self.pods = PodsPane(clock, zone)
        self.logs = LogsPane(clock, zone)
        self.prompt = Prompt()
        self.hints = Hints()
        self.view = VIEWS[0]
        self._way = WayBack(VIEWS[0])
        self.kinds: KindDesk | None = None
        """Who shows the kinds beside pods; None in the first frame."""
        self.postgres: PostgresDesk | None = None
        """Who shows the Postgres servers; None in the first frame."""
        self.aws: AwsDesk | None = None
        """Who shows the AWS accounts."""
        self.web: WebDesk | None = None
        """Who shows health endpoints, metrics, alerts and status pages."""
        self._seen = False
        self._sidebar = Vertical(id="sidebar")
        self._too_small = Line(id="too-small")

    def compose(self) -> ComposeResult:
        """Header, panes, and one line below for what is typed or told."""
        self._arrange(self.app.size)
        yield self.header
        with Horizontal(id="panes"):
            with Vertical(id="main"):
                yield self.findings
                yield self.pods
                yield self.logs
            yield self._sidebar
        yield self.prompt
        yield self.hints

    def on_mount(self) -> None:
        """Fill the first frame; what has to be loaded first comes after it."""
        self.header.tell(Standing(), (), self._clock())
        self.set_focus(self._subject())
        self.refresh_keys()
        self.call_after_refresh(self._fill)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Spare what is shown for the first time a second styling: it was styled when it was mounted."""
        event.refresh_styles = self._seen
        self._seen = True

    def _fill(self) -> None:
        if self.is_attached:  # not so when a signal has closed the screen meanwhile
            self._sidebar.mount(self.checklist, self.incident_log)
            self.prompt.fill()
            self.logs.fill()

    @cached_property
    def checklist(self) -> "ChecklistPane":
        """The steps of the runbook. They are loaded after the first frame, like the incident log below them."""
        from cockpit.ui.incident.checklist_pane import ChecklistPane  # noqa: PLC0415

        return ChecklistPane(self._zone)

    @cached_property
    def incident_log(self) -> "IncidentLogPane":
        """What happened, and who did what."""
        from cockpit.ui.incident.incident_log_pane import IncidentLogPane  # noqa: PLC0415

        return IncidentLogPane(self._zone)

    def on_resize(self, event: Resize) -> None:
        """Choose the arrangement for the new size."""
        self._arrange(event.size)
        if self.has_class("tiny") and not self._too_small.is_attached:
            self.query_one("#main").mount(self._too_small)
        self.call_after_refresh(self._keep_focus)

    def _arrange(self, size: Size) -> None:
        width, height = size
        self.set_class(width < NARROW_WIDTH or height < NARROW_HEIGHT, "narrow")
        self.set_class(width < LEAST_WIDTH or height < LEAST_HEIGHT, "tiny")
        self._too_small.show([Span(f" {width} x {height}: the panes need {LEAST_WIDTH} x {LEAST_HEIGHT}", "dim")])

    def show_record(self, record: "IncidentDesk") -> None:
        """Show the checklist and the incident log."""
        self.checklist.show(record.runbook, record.state.steps, record.state.severity)
        self.incident_log.show(record.name, record.entries, record.unsaved, record.outgoing)
        self.incident_log.name_lead(record.lead)
        self.incident_log.show_trouble(*record.trouble_text())

    def redraw_tables(self) -> None:
        """Let ages move on."""
        self.findings.redraw()
        self.pods.redraw()
        for desk in self.source_desks.values():
            desk.redraw()

    @property
    def source_desks(self) -> Mapping[str, SourceDesk]:
        """Who shows a source in a view of its own, by the name of the view; nobody in the first frame."""
        desks = {"postgres": self.postgres, "aws": self.aws, "web": self.web}
        return {view: desk for view, desk in desks.items() if desk is not None}

    def action_view(self, name: str) -> None:
        """Show one of the views and focus what it is about."""
        if name != self.view:
            self.leave()
            self._way.arrive(name)
            self.hints.leave_place()
            self._turn_to(name)
            self.set_focus(self._subject())
        else:
            self.set_focus(self._other_subject())
        self.refresh_keys()

    def leave(self) -> None:
        """Remember what is shown now: something else is about to be opened, from which escape leads back here."""
        self._way.leave(self._here)

    def forget_way(self) -> None:
        """Lead nowhere back but to the overview: what was shown is no longer looked at."""
        self._way.forget()

    def action_back(self) -> None:
        """Go back to the view and the pane where the person was before."""
        place = self._way.back(self._here)
        self.hints.leave_place()
        if self.kinds is not None and not place.opened:
            self.kinds.close()
        if place.view != self.view:
            self._turn_to(place.view)
        self.call_after_refresh(self._go_on, place.focused)

    def _go_on(self, focused: Widget | None) -> None:
        """Give the focus to the pane that had it, or to what the view is about if that is not shown any more."""
        self.set_focus(focused if focused is not None and focused.is_on_screen else self._subject())
        self.refresh_keys()

    def _turn_to(self, view: str) -> None:
        if (desk := self.source_desks.get(view)) is not None:
            desk.mount()
        self.remove_class(f"view-{self.view}", update=False)  # one styling for both changes
        self.add_class(f"view-{view}")
        self.view = view
        self.header.count(wanted=view in ("logs", "incident"))

    @property
    def _here(self) -> Place:
        return Place(self.view, self.view == "pods" and self.has_class("object-open"), self.focused)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the way back where there is one."""
        return action != _BACK or self._way.leads_from(self._here)

    def action_sidebar(self) -> None:
        """Show or hide the sidebar."""
        self.toggle_class("no-sidebar")
        self.call_after_refresh(self._keep_focus)

    def _keep_focus(self) -> None:
        """Give the focus to what the view is about when the pane that had it is no longer shown."""
        if self.focused is None or not self.focused.is_on_screen:
            self.set_focus(self._subject())

    def _other_subject(self) -> Widget:
        """Give what keys go to when the key of the view is pressed once more: in the overview, to what is wrong."""
        leads_on = self.view == VIEWS[0] and self.focused is self._subject() and self.findings.findings
        return self.findings.table if leads_on else self._subject()

    def _subject(self) -> Widget:
        if self.view == "logs":
            return self.logs.view
        if self.view == "pods" and self.kinds is not None and (subject := self.kinds.subject) is not None:
            return subject
        if (desk := self.source_desks.get(self.view)) is not None and (subject := desk.subject) is not None:
            return subject
        return self.checklist.table if self.view == "incident" and self.checklist.is_attached else self.pods.table

    def on_paged_pane_turned(self) -> None:
        """Show the keys of another page; the first one takes the focus."""
        self._keep_focus()
        self.refresh_keys()

    @on(DescendantFocus)
    def _show_keys(self) -> None:
        self.call_after_refresh(self.refresh_keys)

    def refresh_keys(self) -> None:
        """Show the keys of what has the focus, its own before those that work everywhere, and the way back."""
        shown = [active for active in self.own_bindings() if active.binding.show]
        everywhere = [active for active in shown if active.node is self.app or active.binding.action == _BACK]
        self.hints.show_keys(
            [_hint(active) for active in shown if active not in everywhere], [_hint(active) for active in everywhere]
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
