"""What a person has opened to read, in the place of a table."""

from collections.abc import Sequence

from cockpit.ui.kubernetes.pod_filter import FilterError, parse_filter
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import TextLine, TextView


class OpenedText:
    """A text view with what its title says and what is copied from it."""

    def __init__(self, view: TextView) -> None:
        """Show texts in `view`."""
        self.view = view
        self.copied = ""
        """What is copied: a text as the source told it."""
        self.typed = ""
        """What is searched for."""
        self.about: object = None
        """What the text tells of: it stays so, whatever comes under the cursor of the table meanwhile."""
        self._head = ""

    def show(self, head: str, lines: Sequence[TextLine], copied: str, about: object = None) -> None:
        """Show another text, from its beginning."""
        self._head, self.copied, self.about = head, copied, about
        self.view.show(lines)

    def search(self, typed: str) -> str | None:
        """Go to what matches; tell why that cannot be done."""
        try:
            wanted = parse_filter(typed)
        except FilterError as error:
            return str(error)
        self.typed = typed
        return None if self.view.search(wanted.matches if typed else None) else "no line matches"

    @property
    def title(self) -> tuple[list[Span], list[Span]]:
        """What stands at the left and at the right of the title."""
        searched = [Span(f" · /{self.typed} {self.view.match}", "changing")] if self.typed else []
        return [Span(f" · {self._head}"), *searched, Span(" ")], [Span(f" {self.view.place} ", "dim")]
