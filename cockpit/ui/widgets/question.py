"""A dialog that asks for one line of text."""

from collections.abc import Callable
from contextlib import suppress

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.text_input import TextInput


class Question(Dialog[str]):
    """Asks for a line of text; the answer is the text, or None on escape.

    A text that cannot be understood is refused while it stands there to be mended.
    """

    DEFAULT_CSS = """
    Question { align: center middle; }
    Question > Vertical { width: 76; max-width: 94%; height: auto; padding: 0 1; }
    """

    def __init__(
        self,
        title: str,
        text: str = "",
        hint: str = "",
        check: Callable[[str], object] | None = None,
        understood: Callable[[str], str] | None = None,
    ) -> None:
        """Ask `title`.

        Args:
            title: the question.
            text: what stands there at first.
            hint: says below it what is understood.
            check: raises a ValueError that says what is wrong with a text.
            understood: says below a text, while it is typed, how it will be understood; raises a ValueError as well.
        """
        super().__init__()
        self._title = title
        self._hint = hint
        self._check = check
        self._understood = understood
        self._heading = Line(classes="pane-title", fill="─")
        self._input = TextInput(value=text, select_on_focus=False)
        self._told = Line()
        self._foot = Line()

    @property
    def text(self) -> str:
        """What stands there, also after the question was left."""
        return self._input.value

    def compose(self) -> ComposeResult:
        """Title, text, what is understood or wrong with it, keys."""
        with Vertical(classes="dialog"):
            yield self._heading
            yield self._input
            yield self._told
            yield self._foot

    def on_mount(self) -> None:
        """Draw."""
        self._heading.show([Span("─ ", "dim"), Span(self._title, "strong"), Span(" ")])
        self._tell_understood()
        self._foot.show((), [Span("enter goes on · escape goes back", "dim")])
        self._input.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell_understood()

    def _tell_understood(self) -> None:
        """Say how the text is understood, or what could be, as long as it is not."""
        told, text = Span(self._hint, "dim"), self.text.strip()
        if self._understood is not None and text:
            with suppress(ValueError):
                told = Span(self._understood(text), "changing")
        self._told.show([told])

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        try:
            if self._check is not None:
                self._check(text)
        except ValueError as error:
            self._told.show([Span(str(error), "wrong")])
        else:
            self.dismiss(text)
