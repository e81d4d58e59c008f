"""The checklist: the phases of the runbook, each step with who ticked it and when."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.incident.state import StepState
from cockpit.runbooks.model import Phase, Runbook, Step
from cockpit.ui.format import clock
from cockpit.ui.line import Span
from cockpit.ui.pane import Pane
from cockpit.ui.rows import Cell, Column, ListedRows, Row
from cockpit.ui.table import Table

_COLUMNS = (
    Column("sign", "", 1),
    Column("step", "", 20, grows=True),
    Column("who", "", 8, right=True, importance=1),
    Column("when", "", 5, right=True, importance=2),
)


class ChecklistPane(Pane):
    """Steps to tick. The first open step is marked as the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "tick", id="checklist.tick", tooltip="Tick the step, or open it again"),
        Binding("x", "skip", "skip", id="checklist.skip", tooltip="Skip the step"),
    ]

    class Ticked(Message):
        """A person wants a step to be in another state."""

        def __init__(self, phase: Phase, step: Step, state: str) -> None:
            super().__init__()
            self.phase = phase
            self.step = step
            self.state = state
            """`done`, `open` or `skipped`."""

    def __init__(self, zone: tzinfo, *, id: str = "checklist") -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._runbook: Runbook | None = None
        self._states: Mapping[str, StepState] = {}
        self._steps: dict[str, tuple[Phase, Step]] = {}
        self._rows = ListedRows()
        self.table = Table(_COLUMNS, self._rows, titles=False, id="checklist-table")

    def compose(self) -> ComposeResult:
        """Title and table."""
        yield from self.frame()
        yield self.table

    def show(self, runbook: Runbook, states: Mapping[str, StepState]) -> None:
        """Take over the runbook and how far the people are in it."""
        self._runbook = runbook
        self._states = states
        self._steps = {step.id: (phase, step) for phase in runbook.phases for step in phase.steps}
        self.redraw()

    def redraw(self) -> None:
        """Bring title and rows up to date."""
        if self._runbook is None:
            return
        following = self._following()
        rows: list[Row] = []
        for phase in self._runbook.phases:
            rows.append(self._phase_row(phase))
            rows += [self._step_row(step, following) for step in phase.steps]
        self._rows.replace(rows)
        self.table.redraw()
        ticked = sum(self._state(step.id) != "open" for step_phase, step in self._steps.values())
        self.title.show(
            [Span("─ ", "dim"), Span("Checklist", "strong"), Span(f" {ticked} of {len(self._steps)} ")],
        )

    def action_tick(self) -> None:
        """Ask for the step under the cursor to be done, or open again; go on to the next."""
        self._ask("done")

    def action_skip(self) -> None:
        """Ask for the step under the cursor to be skipped, or open again."""
        self._ask("skipped")

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        self.action_tick()

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()

    def _ask(self, state: str) -> None:
        found = self._steps.get(self.table.cursor_key or "")
        if found is not None:
            phase, step = found
            asked = "open" if self._state(step.id) == state else state
            self.post_message(self.Ticked(phase, step, asked))
        self.table.action_move(1)

    def _state(self, step_id: str) -> str:
        state = self._states.get(step_id)
        return "open" if state is None else state.state

    def _following(self) -> str | None:
        return next((step_id for step_id in self._steps if self._state(step_id) == "open"), None)

    def _phase_row(self, phase: Phase) -> Row:
        ticked = sum(self._state(step.id) != "open" for step in phase.steps)
        done = ticked == len(phase.steps)
        counted = Cell(f"{ticked}/{len(phase.steps)}", "dim")
        return Row(
            f"phase:{phase.steps[0].id}", (Cell(""), Cell(phase.title, "dim" if done else "strong"), Cell(""), counted)
        )

    def _step_row(self, step: Step, following: str | None) -> Row:
        state = self._states.get(step.id)
        if state is None or state.state == "open":
            following_sign = Cell("▶", "changing") if step.id == following else Cell("○", "dim")
            return Row(step.id, (following_sign, Cell(step.text), Cell(""), Cell("")))
        done = state.state == "done"
        when = clock(state.when, self._zone)[:5]
        sign = Cell("✔", "well") if done else Cell("-", "dim")
        return Row(step.id, (sign, Cell(step.text, "dim"), Cell(state.who, "dim"), Cell(when, "dim")))
