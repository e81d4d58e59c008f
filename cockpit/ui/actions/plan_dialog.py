"""The last look before something is changed: what exactly, with which command, and what speaks against it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import Input

from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan, Risk
from cockpit.text import clean
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.text_input import TextInput
from cockpit.ui.widgets.text_view import TextLine, TextView

_SHARE = 0.9
"""How much of the screen's height the dialog may take."""
LONG_COMMAND = 500
"""Characters. A longer command stands below what it changes: people read the list, and copy the command."""
_AROUND = 6
"""Lines of the dialog that are not the plan: border, title, what is typed, foot."""
_HOW_TO_WRITE = "escape, then W"
_ESCAPE = " · escape goes back"


class PlanDialog(Dialog[str]):
    """Shows a plan; the answer is what the person typed to confirm it (empty where enter is enough), or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "do it", id="plan.confirm", tooltip="Do it"),
        Binding("c", "copy", "copy", id="plan.copy", tooltip="Copy the command"),
        Binding("pagedown", "page(1)", "page down", id="plan.page_down", tooltip="Further down in the plan"),
        Binding("pageup", "page(-1)", "page up", id="plan.page_up", tooltip="Further up in the plan"),
    ]
    DEFAULT_CSS = """
    PlanDialog { align: center middle; }
    PlanDialog > Vertical { width: 100; max-width: 96%; height: auto; max-height: 90%; padding: 0 1; }
    PlanDialog TextView { height: auto; }
    """

    def __init__(self, plan: Plan, permit: Permit) -> None:
        """Show `plan`; it can be confirmed as far as `permit` allows."""
        super().__init__()
        self.plan = plan
        self._permit = permit
        self._heading = Line(classes="pane-title", fill="─")
        self._text = TextView()
        self._answer = TextInput(placeholder=f"type {plan.subject} and press enter to do it")
        self._foot = Line()

    @property
    def must_type(self) -> bool:
        """Whether the name of what is changed has to be typed."""
        return self.plan.context in self._permit.protected

    @property
    def objection(self) -> str:
        """Why it cannot be done, whatever is typed; empty: it can."""
        return self._permit.objection(self.plan, self.plan.subject)

    def compose(self) -> ComposeResult:
        """Title, plan, and how to confirm it."""
        with Vertical(classes="dialog"):
            yield self._heading
            yield self._text
            if self.must_type and not self.objection:
                yield self._answer
            yield self._foot

    def on_mount(self) -> None:
        """Draw the plan."""
        destroys: list[Span] = [Span(" · "), Span("destroys", "wrong")] if self.plan.risk is Risk.DESTROY else []
        self._heading.show([Span("─ ", "dim"), Span(clean(self.plan.title), "strong"), *destroys, Span(" ")])
        self._text.show(plan_lines(self.plan, self.objection))
        self._foot.show(self._foot_spans(), self._more())
        (self._answer if self.must_type and not self.objection else self._text).focus()

    def on_resize(self, event: Resize) -> None:
        """Leave room for what stands below the plan, however long that is."""
        self._text.styles.max_height = max(3, int(event.size.height * _SHARE) - _AROUND)

    @on(TextView.Moved)
    def _scrolled(self, event: TextView.Moved) -> None:
        event.stop()
        self._foot.show(self._foot_spans(), self._more())

    def action_page(self, pages: int) -> None:
        """Read on in a long plan, also while the name is typed."""
        self._text.action_page(pages)

    def action_confirm(self) -> None:
        """Do it, unless the name has to be typed first."""
        if not self.objection and not self.must_type:
            self.dismiss("")

    def action_copy(self) -> None:
        """Copy the command."""
        self.app.post_message(Copied(self.plan.command))

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if objection := self._permit.objection(self.plan, event.value):
            self._foot.show([Span(f" {objection}", "wrong")])
        else:
            self.dismiss(event.value)

    def _more(self) -> list[Span]:
        """Say where in a plan one is that is longer than the screen."""
        return [Span(f"{self._text.place} ", "doubtful")] if self._text.is_cut else []

    def _foot_spans(self) -> list[Span]:
        if self.objection:
            return [Span(" cannot be done", "wrong"), Span(f" · c copies the command{_ESCAPE}", "dim")]
        if self.must_type:
            return [Span(f" type {clean(self.plan.subject)}, then enter does it", "strong"), Span(_ESCAPE, "dim")]
        return [Span(" enter does it", "strong"), Span(f" · c copies the command{_ESCAPE}", "dim")]


def plan_lines(plan: Plan, objection: str = "") -> list[TextLine]:
    """Write a plan as a person reads it before saying yes, and the `objection` that leaves no choice."""
    command: list[TextLine] = [[Span(" "), Span(clean(plan.command), "changing")], [Span("")]]
    long = len(plan.command) > LONG_COMMAND
    lines: list[TextLine] = [] if long else [*command]
    lines += [[Span("   "), Span(clean(change))] for change in plan.changes]
    lines += _marked("!", plan.warnings, "doubtful")
    if objection:
        way_out = "" if plan.refused else f": {_HOW_TO_WRITE}"
        lines += _marked("✖", (f"{objection}{way_out}",), "wrong")
    lines.append([Span("")])
    lines.append([Span(f" in {clean(plan.context)}; done only if nothing of it has changed meanwhile: ", "dim")])
    for target in plan.targets:
        scope = f"{target.ref.namespace}/" if target.ref.namespace else ""
        lines.append([Span(f"   {clean(scope)}{clean(str(target.ref))}  "), Span(clean(str(target.guard)), "dim")])
    return [*lines, [Span("")], *command] if long else lines


def _marked(sign: str, texts: tuple[str, ...], tone: Tone) -> list[TextLine]:
    return [[Span(f" {sign} ", tone), Span(clean(text), tone)] for text in texts]
