"""The prompt: one line at the bottom in which a person types a filter, a pattern or a note."""

from collections.abc import Callable

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.text_input import TextInput


class Prompt(Horizontal):
    """Asks for one line of text and hands it to whoever asked.

    What was typed is kept by its question when the prompt is left, with escape or by going elsewhere, and is there
    again when the same question is asked next: nothing typed is lost.
    """

    BINDINGS = [Binding("escape", "leave", "back", id="prompt.leave", show=False)]  # noqa: RUF012
    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt.asking { display: block; }
    Prompt > #prompt-label { width: auto; }
    Prompt > #prompt-problem { width: auto; }
    Prompt > Input { width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._label = Line(id="prompt-label")
        self._problem = Line(id="prompt-problem")
        self._input = TextInput(id="prompt-input", select_on_focus=False)
        self._question = ""
        self._came_from: Widget | None = None
        self._drafts: dict[str, str] = {}
        self._typing: Callable[[str], str | None] | None = None
        self._understood: Callable[[str], str] | None = None
        self._accept: Callable[[str], object] | None = None
        self._leave: Callable[[], None] | None = None

    def fill(self) -> None:
        """Mount what the first frame does without: label, text, what is wrong with it."""
        if not self._input.is_attached:
            self.mount(self._label, self._input, self._problem)

    @property
    def asking(self) -> bool:
        """Whether a question is open."""
        return self.has_class("asking")

    def draft(self, question: str) -> str:
        """Give what was typed for a question and not accepted yet."""
        return self._input.value if self.asking and self._question == question else self._drafts.get(question, "")

    def propose(self, question: str, text: str) -> None:
        """Have `text` stand there when the question is asked next, unless something was typed for it meanwhile."""
        if not self.draft(question):
            self._drafts[question] = text

    def ask(
        self,
        question: str,
        *,
        accept: Callable[[str], object] | None = None,
        text: str | None = None,
        typing: Callable[[str], str | None] | None = None,
        understood: Callable[[str], str] | None = None,
        leave: Callable[[], None] | None = None,
    ) -> None:
        """Ask for a line of text.

        Args:
            question: What stands before the text.
            accept: Called with the text on enter.
            text: What stands there at first; None: what was typed the last time and not accepted.
            typing: Called with the text at every key; may answer with what is wrong with it. Enter is then refused.
            understood: Says how a text will be understood with which nothing is wrong; empty: as it stands.
            leave: Called on escape.
        """
        if self.asking:
            self.action_leave()
        self.fill()
        self._came_from = self.screen.focused
        self._question, self._accept, self._typing, self._leave = question, accept, typing, leave
        self._understood = understood
        self._label.styles.width = len(question) + 2
        self._label.show([Span(f" {question} ", "strong")])
        self._problem.styles.width = 0
        self.add_class("asking")
        self._input.value = self._drafts.get(question, "") if text is None else text
        self._input.cursor_position = len(self._input.value)
        self._input.focus()

    def action_leave(self) -> None:
        """Leave the question open and go back; what was typed is kept."""
        came_from = self._came_from
        self._put_aside()
        if came_from is not None:
            came_from.focus()

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        """Leave the question when a person goes elsewhere, but not when the whole terminal loses the focus."""
        event.stop()
        if self.asking and self.app.app_focus:
            self._put_aside()

    def _put_aside(self) -> None:
        self._drafts[self._question] = self._input.value
        leave = self._leave
        self._close()
        if leave is not None:
            leave()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.asking:
            self._judge(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._judge(event.value) is not None:
            return
        self._drafts.pop(self._question, None)
        accept, came_from = self._accept, self._came_from
        self._close()
        if came_from is not None:
            came_from.focus()
        if accept is not None:
            accept(event.value)

    def _judge(self, text: str) -> str | None:
        problem = self._typing(text) if self._typing is not None else None
        told = problem or (self._understood(text) if self._understood is not None else "")
        self._problem.styles.width = min(len(told) + 2, self.size.width // 2) if told else 0
        self._problem.show([Span(f" {told} ", "wrong" if problem else "changing")] if told else [])
        return problem

    def _close(self) -> None:
        self.remove_class("asking")
        self._accept = self._typing = self._understood = self._leave = self._came_from = None
