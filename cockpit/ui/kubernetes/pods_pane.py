"""The pods pane: what runs in the scope, worst first."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.clock import Clock
from cockpit.reading import Reading, State
from cockpit.sources.kubernetes.model import PODS, Pod, Pods, PodUsage
from cockpit.ui.kubernetes import pod_rows
from cockpit.ui.kubernetes.filter_prompt import ask_filter
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter
from cockpit.ui.kubernetes.pod_list import Order, PodList
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.rows import Row
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.throttle import Throttle


class PodRowSource:
    """The rows of the pod list, drawn when they come into view."""

    def __init__(self, pods: PodList, clock: Clock) -> None:
        self.pods = pods
        self.marked: set[str] = set()
        self.faint = False
        self.columns = pod_rows.columns(one_namespace=True, metrics=False)
        self._clock = clock

    def __len__(self) -> int:
        return len(self.pods)

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """Draw pods from position `first` on."""
        now = self._clock()
        return [
            Row(
                pod.key,
                pod_rows.cells(pod, self.columns, self.pods.usage(pod.key), now),
                marked=pod.key in self.marked,
                faint=self.faint,
            )
            for pod in self.pods.slice(first, count)
        ]

    def position(self, key: str) -> int | None:
        """Tell where a pod stands."""
        return self.pods.position(key)


class PodsPane(Pane):
    """All pods of the scope; the one under the cursor is the one that other panes speak about."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", id="pods.filter", tooltip="Filter: regex, ! inverse, -l key=value"),
        Binding("o", "order", "order", id="pods.order", tooltip="Sort by the next column"),
        Binding("O", "reverse", "reverse", id="pods.reverse", show=False, tooltip="Turn the order round"),
        Binding("space", "mark", "mark", id="pods.mark", show=False, tooltip="Mark: marked pods' logs open together"),
        Binding("l", "logs(False)", "logs", id="pods.logs", tooltip="Logs of this pod, or of the marked ones"),
        Binding("L", "workload_logs", "all replicas", id="pods.workload_logs", tooltip="Logs of every replica"),
        Binding("p", "logs(True)", "previous", id="pods.previous", tooltip="Log of the previous run: why it crashed"),
        Binding("d", "detail('describe')", "describe", id="pods.describe", tooltip="Describe the pod"),
        Binding("s", "app.shell", "shell", id="pods.shell", tooltip="A shell in a container of the pod"),
        Binding("y", "detail('yaml')", "YAML", id="pods.yaml", show=False, tooltip="The pod as YAML"),
        Binding("c", "copy", "copy", id="pods.copy", show=False, tooltip="Copy the name of the pod"),
        Binding("escape", "clear", "clear filter", id="pods.clear", show=False, tooltip="Drop filter and marks"),
    ]

    class Selected(Message):
        """Another pod is under the cursor."""

        def __init__(self, pod: Pod | None, *, led: bool) -> None:
            super().__init__()
            self.pod = pod
            self.led = led
            """Whether a person put the cursor there."""

    class DetailWanted(Message):
        """A person wants to see a pod on pages of its own."""

        def __init__(self, pod: Pod, page: str) -> None:
            super().__init__()
            self.pod = pod
            self.page = page

    class LogsWanted(Message):
        """A person asks for the logs of pods, or of all replicas of a workload."""

        def __init__(self, pods: Sequence[Pod], *, previous: bool = False, workload: bool = False) -> None:
            super().__init__()
            self.pods = pods
            self.previous = previous
            self.workload = workload

    def __init__(self, clock: Clock, zone: tzinfo, *, id: str = "pods") -> None:  # noqa: A002
        super().__init__(id=id)
        self.pods = PodList()
        self._clock = clock
        self._zone = zone
        self._rows = PodRowSource(self.pods, clock)
        self._reading: Reading[Pods] = Reading(source=PODS)
        self._usage: Reading[PodUsage] | None = None
        self.table = Table(self._rows.columns, self._rows, id="pods-table", empty="", stays=self._is_as_bad)
        self._redraw_soon = Throttle(self, 0.2, self.redraw)

    def compose(self) -> ComposeResult:
        """Title, trouble, table."""
        yield from self.frame()
        yield self.table

    def on_mount(self) -> None:
        """Say that nothing was read yet."""
        self.redraw()

    def begin_scope(self) -> None:
        """Forget what belonged to the scope before; the next reading starts at its worst pod."""
        self._rows.marked.clear()
        self.table.forget_cursor()

    def show(self, reading: Reading[Pods]) -> None:
        """Take over a reading of the pods."""
        self._reading = reading
        pods = reading.data.pods if reading.data else {}
        self.pods.update(pods)
        self._rows.marked &= pods.keys()
        self._rows.faint = reading.state(self._clock()) not in (State.LIVE, State.LOADING)
        self._redraw_soon()

    def show_usage(self, reading: Reading[PodUsage]) -> None:
        """Take over a reading of what the pods use."""
        self._usage = reading
        self.pods.update_usage(reading.data.usage if reading.data else {})
        self._redraw_soon()

    def redraw(self) -> None:
        """Bring title, trouble and rows up to date; ages move on with the time."""
        scope = self._reading.data.scope if self._reading.data else ""
        self._rows.columns = pod_rows.columns(one_namespace=bool(scope), metrics=self.pods.has_usage)
        self.table.columns = self._rows.columns
        self.table.empty = self._nothing()
        self.table.redraw()
        self.title.show(self._title(), [Span(" "), state_span(self._reading, self._clock(), self._zone), Span(" ")])
        self.show_trouble(*self._trouble_text())

    def set_filter(self, wanted: PodFilter) -> None:
        """Show only the pods that the filter accepts."""
        self.pods.choose(wanted=wanted)
        self.redraw()

    @property
    def selected(self) -> Pod | None:
        """The pod under the cursor."""
        return self.pods.get(self.table.cursor_key)

    @property
    def chosen(self) -> Sequence[Pod]:
        """The marked pods, or else the one under the cursor."""
        marked = [pod for key in sorted(self._rows.marked) if (pod := self.pods.get(key)) is not None]
        return marked or [pod for pod in [self.selected] if pod is not None]

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()
        self.post_message(self.Selected(self.pods.get(event.key), led=self.table.led))

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        self.action_logs(previous=False)

    def action_filter(self) -> None:
        """Ask for a filter; the list follows while it is typed."""
        ask_filter(self.screen.query_one(Prompt), self.pods.filter, self.set_filter)

    def action_order(self) -> None:
        """Sort by the next of the orders."""
        orders = list(Order)
        self.pods.choose(order=orders[(orders.index(self.pods.order) + 1) % len(orders)])
        self._go_to_top()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.pods.choose(reverse=not self.pods.reverse)
        if self.table.led:
            self.redraw()
        else:
            self._go_to_top()

    def action_mark(self) -> None:
        """Mark the pod under the cursor, or take the mark away, and go on to the next."""
        if (key := self.table.cursor_key) is not None:
            self._rows.marked ^= {key}
            self.table.action_move(1)
            self.redraw()

    def action_logs(self, previous: bool) -> None:
        """Ask for the logs of the marked pods, or else of the one under the cursor."""
        if pods := self.chosen:
            self.post_message(self.LogsWanted(pods, previous=previous))

    def action_workload_logs(self) -> None:
        """Ask for the logs of every replica of the workload under the cursor."""
        if (pod := self.selected) is not None:
            self.post_message(self.LogsWanted([pod], workload=True))

    def action_detail(self, page: str) -> None:
        """Ask for the description or the YAML of the pod under the cursor."""
        if (pod := self.selected) is not None:
            self.post_message(self.DetailWanted(pod, page))

    def action_copy(self) -> None:
        """Copy the name of the pod under the cursor."""
        if (pod := self.selected) is not None:
            self.post_message(Copied(pod.name))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave escape to the way back when there is nothing to drop."""
        return action != "clear" or bool(self._rows.marked or self.pods.filter.typed)

    def action_clear(self) -> None:
        """Drop the filter; when there is none, the marks."""
        if self.pods.filter.typed:
            self.pods.choose(wanted=EVERYTHING)
        else:
            self._rows.marked.clear()
        self.redraw()

    def _go_to_top(self) -> None:
        """Show the list from its top, whichever pod was under the cursor."""
        self.table.move_to(0)
        self.table.follow_top()
        self.redraw()

    def _is_as_bad(self, key: str) -> bool:
        """Tell whether a pod belongs with the first one, and is no better off.

        Replicas of a crash loop take turns at the top of the list: a cursor, and a log, that went with each of them
        could not be read.
        """
        pod, first = self.pods.get(key), self.pods.slice(0, 1)
        return pod is not None and all(
            (pod.namespace, pod.workload) == (top.namespace, top.workload) and pod.health <= top.health for top in first
        )

    def _title(self) -> list[Span]:
        shown, total = len(self.pods), self.pods.total
        known = self._reading.data is not None
        count = f"{shown} of {total}" if shown != total else f"{total}" if known else "unknown"
        order = f"{self.pods.order.value}{' reversed' if self.pods.reverse else ''}"
        spans = [Span("─ ", "dim"), Span("Pods", "strong"), Span(f" {count} · {order}")]
        if self.pods.filter.typed:
            spans += [Span(" · "), Span(f"/{self.pods.filter.typed}", "changing")]
        if self._rows.marked:
            spans.append(Span(f" · {len(self._rows.marked)} marked"))
        return [*spans, Span(" ")]

    def _trouble_text(self) -> tuple[str, str | None]:
        """Tell the trouble of the pods, or else that of their CPU and MEM; a cluster without these is no trouble."""
        pods, usage = self._reading, self._usage
        if usage is None or usage.off or pods.trouble is not None:
            return trouble_text(pods, self._zone)
        return trouble_text(usage, self._zone)

    def _nothing(self) -> str:
        reading = self._reading
        if reading.state(self._clock()) is State.LOADING:
            return "reading the pods …"
        if reading.data is None:
            return "nothing read yet"
        if self.pods.total:
            return f"none of {self.pods.total} pods matches /{self.pods.filter.typed} (escape clears the filter)"
        return f"no pods in {reading.data.scope}" if reading.data.scope else "no pods"
