"""What stands in the title of a pane with pages."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from cockpit.ui.paged.held import Outlook
from cockpit.ui.widgets.line import Span


class Title(NamedTuple):
    """What a pane is about, before anything is read."""

    name: str
    """Such as `AWS`."""
    configure: tuple[str, str]
    """That it is not in use, and what to type to use it."""
    unused: str = "not in use"
    """Stands beside the name then."""

    def head(self, subject: str, names: Sequence[str], outlook: Outlook) -> list[Span]:
        """Say what is shown, which of how many, and as whom we look."""
        about = subject if names else self.unused
        spans = [Span("─ ", "dim"), Span(self.name, "strong"), Span(f" {about}" if about else "")]
        if len(names) > 1 and subject in names:
            spans.append(Span(f" {list(names).index(subject) + 1} of {len(names)}", "dim"))
        return [*spans, *outlook.head]


def state_beside(head: Sequence[Span], outlook: Outlook, width: int) -> Sequence[Span]:
    """Say how far it can be trusted, in as many words as there is room for beside `head`."""
    cells = sum(cell_len(span.text) for span in (*head, *outlook.state)) + 2
    return outlook.state if cells <= width else outlook.brief or outlook.state
