"""The frame that all panes share: a title line with the state at its right, and what is in trouble below it."""

from collections.abc import Sequence

from textual.containers import Vertical

from cockpit.ui.line import Line, Span


class Pane(Vertical):
    """A part of the screen with a title line.

    The state of its source stands at the right end of the title; trouble takes up to two lines below it, and the
    content stays where it is.
    """

    DEFAULT_CSS = """
    Pane { height: 1fr; }
    Pane .trouble { display: none; }
    Pane.in-trouble .trouble { display: block; }
    Pane.in-trouble.no-remedy #remedy { display: none; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002  (the name that Textual gives it)
        super().__init__(id=id)
        self.title = Line(fill="─", classes="pane-title")
        self._trouble = Line(id="trouble", classes="trouble")
        self._remedy = Line(id="remedy", classes="trouble")

    def frame(self) -> Sequence[Line]:
        """Give the lines that stand above the content, for `compose`."""
        return (self.title, self._trouble, self._remedy)

    def show_trouble(self, failed: Sequence[Span], remedy: Sequence[Span] = ()) -> None:
        """Say what failed and what to type; nothing hides the lines again."""
        self.set_class(bool(failed), "in-trouble")
        self.set_class(not remedy, "no-remedy")
        self._trouble.show(failed)
        self._remedy.show(remedy)
