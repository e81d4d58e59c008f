"""The checklist: the phases of the runbook, each step with who ticked it and when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.incident.state import StepState
from cockpit.runbooks.applies import phases_for
from cockpit.runbooks.model import Phase, Runbook, Step
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.rows import Cell, Column, ListedRows, Row
from cockpit.ui.widgets.table import Table

_COLUMNS = (
    Column("sign", "", 1),
    Column("step", "", 20, grows=True),
    Column("who", "", 8, right=True, importance=1),
    Column("when", "", 5, right=True, importance=2),
)
_SIGNS: dict[str, tuple[str, Tone]] = {
    "done": ("✔", "well"),
    "doing": ("…", "changing"),
    "failed": ("✘", "wrong"),
    "skipped": ("-", "dim"),
    "not applicable": ("-", "dim"),
}
_TO_DO = ("open", "doing")
_MATTER = ("doing", "failed")


class ChecklistPane(Pane):
    """Steps to tick. The first open step is marked as the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "tick", id="checklist.tick", tooltip="Tick the step, or open it again"),
        Binding("x", "skip", "skip", id="checklist.skip", tooltip="Skip the step, and say why"),
        Binding("enter", "open", "step", id="checklist.open", show=False, tooltip="All that can be said of the step"),
        Binding("v", "all", "all", id="checklist.all", show=False, tooltip="All steps, or those for this incident"),
    ]

    class Ticked(Message):
        """A person wants a step to be in another state."""

        def __init__(self, phase: Phase, step: Step, state: str) -> None:
            super().__init__()
            self.phase = phase
            self.step = step
            self.state = state
            """One of `StepState`."""

    class StepWanted(Message):
        """A person wants to see a step, and to say what has become of it."""

        def __init__(self, phase: Phase, step: Step, state: str) -> None:
            super().__init__()
            self.phase = phase
            self.step = step
            self.state = state

    def __init__(self, zone: tzinfo, *, id: str = "checklist") -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._runbook: Runbook | None = None
        self._states: Mapping[str, StepState] = {}
        self._severity: str | None = None
        self._scenarios: dict[str, None] = {}
        self._all = False
        self._placed: str | None = None
        """The step that the cursor was put on, until a person moves it."""
        self._phases: Sequence[Phase] = ()
        self._steps: dict[str, tuple[Phase, Step]] = {}
        self._rows = ListedRows()
        self.table = Table(_COLUMNS, self._rows, titles=False, pointer="▶", id="checklist-table")

    def compose(self) -> ComposeResult:
        """Title and table."""
        yield from self.frame()
        yield self.table

    def on_descendant_focus(self) -> None:
        """Say which key shows the other steps."""
        super().on_descendant_focus()
        self._entitle()

    def on_descendant_blur(self) -> None:
        """Say it no more: the key belongs to another pane now."""
        super().on_descendant_blur()
        self._entitle()

    def show(self, runbook: Runbook, states: Mapping[str, StepState], severity: str | None) -> None:
        """Take over the runbook, how far the people are in it, and the severity."""
        self._runbook = runbook
        self._states = states
        self._severity = severity
        self.redraw()

    def offer(self, scenarios: Iterable[str]) -> None:
        """Show the steps for what is found wrong. They stay when it is over: nobody wants rows that go away."""
        new = [scenario for scenario in scenarios if scenario not in self._scenarios]
        if new:
            self._scenarios.update(dict.fromkeys(new))
            self.redraw()

    def redraw(self) -> None:
        """Bring title and rows up to date."""
        if self._runbook is None:
            return
        whole = self._runbook.phases
        self._phases = whole if self._all else self._chosen(self._runbook)
        self._steps = {step.id: (phase, step) for phase in self._phases for step in phase.steps}
        following = self._following()
        rows: list[Row] = []
        for phase in self._phases:
            rows.append(self._phase_row(phase))
            rows += [self._step_row(step, following) for step in phase.steps]
        self._rows.replace(rows)
        untouched = not self.table.led or (self._placed is not None and not self.has_focus_within)
        if following is not None and untouched:
            self._placed = following
            self._go_to(following)
        self.table.redraw()
        self._entitle()

    def _entitle(self) -> None:
        if self._runbook is None:
            return
        ticked = sum(self._state(step_id) not in _TO_DO for step_id in self._steps)
        others = sum(len(phase.steps) for phase in self._runbook.phases) - len(self._steps)
        key = ": v" if self.has_focus_within else ""
        below = len(self._rows) - self.table.top - self.table.size.height if self.table.size else 0
        told = [f"{below} below"] if below > 0 else []
        told += [f"{others} more{key}"] if others else []
        self.title.show(
            [Span("─ ", "dim"), Span("Checklist", "strong"), Span(f" {ticked} of {len(self._steps)} ")],
            [Span(f" {' · '.join(told)} ", "dim")] if told else (),
        )

    def on_resize(self) -> None:
        """Say how many rows are out of view below."""
        self.call_after_refresh(self._entitle)

    def _chosen(self, runbook: Runbook) -> Sequence[Phase]:
        return phases_for(runbook, self._severity, self._scenarios, touched=self._states)

    def action_all(self) -> None:
        """Show every step, or again those for this incident."""
        self._all = not self._all
        self.redraw()

    def action_tick(self) -> None:
        """Ask for the step under the cursor to be done, or open again; go on to the next."""
        self._ask("done")

    def action_skip(self) -> None:
        """Ask for the step under the cursor to be skipped, or open again."""
        self._ask("skipped")

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Show the step under the cursor with all that can be said of it."""
        if (found := self._steps.get(self.table.cursor_key or "")) is not None:
            self.post_message(self.StepWanted(*found, self._state(found[1].id)))
        else:
            self._enter_phase()

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()
        if self.table.cursor_key != self._placed:
            self._placed = None
        self._entitle()

    def _ask(self, state: str) -> None:
        found = self._steps.get(self.table.cursor_key or "")
        if found is not None:
            phase, step = found
            asked = "open" if self._state(step.id) == state else state
            self.post_message(self.Ticked(phase, step, asked))
            self.table.action_move(1)
        else:
            self._enter_phase()

    def _enter_phase(self) -> None:
        """Go from a heading to the first step below it that is open."""
        if (step_id := self._first_below(self.table.cursor_key)) is not None:
            self._go_to(step_id)

    def _first_below(self, heading: str | None) -> str | None:
        """Give the first open step of the phase with this heading, or else its first step."""
        steps = next((phase.steps for phase in self._phases if _heading(phase) == heading), ())
        ids = [step.id for step in steps]
        return next((step_id for step_id in ids if self._state(step_id) in _TO_DO), next(iter(ids), None))

    def _go_to(self, step_id: str) -> None:
        if (position := self._rows.position(step_id)) is not None:
            self.table.move_to(position)

    def _state(self, step_id: str) -> str:
        state = self._states.get(step_id)
        return "open" if state is None else state.state

    def _following(self) -> str | None:
        return next((step_id for step_id in self._steps if self._state(step_id) in _TO_DO), None)

    def _phase_row(self, phase: Phase) -> Row:
        ticked = sum(self._state(step.id) not in _TO_DO for step in phase.steps)
        done = ticked == len(phase.steps)
        counted = Cell(f"{ticked}/{len(phase.steps)}", "dim")
        title = Cell(phase.title, "dim" if done else "strong")
        return Row(_heading(phase), (Cell(""), title, Cell(""), counted))

    def _step_row(self, step: Step, following: str | None) -> Row:
        state = self._states.get(step.id)
        text = f"{step.text} ({state.note})" if state is not None and state.note else step.text
        if state is None or state.state == "open":
            if step.id == following:
                return Row(step.id, (Cell("○", "changing"), Cell(text), Cell("next", "changing"), Cell("")))
            return Row(step.id, (Cell("○", "dim"), Cell(text), Cell(""), Cell("")))
        sign, tone = _SIGNS.get(state.state, _SIGNS["skipped"])
        cells = (Cell(state.who, "dim"), Cell(clock(state.when, self._zone)[:5], "dim"))
        return Row(step.id, (Cell(sign, tone), Cell(text, "" if state.state in _MATTER else "dim"), *cells))


def _heading(phase: Phase) -> str:
    """Give the key of the row with the title of a phase."""
    return f"phase:{phase.steps[0].id}"
