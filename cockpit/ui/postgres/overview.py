"""What the overview says of the Postgres servers: their connections, and what lasts too long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cockpit.ui.paged.page import dimmed
from cockpit.ui.paged.strip import Summary
from cockpit.ui.paged.trust import is_old
from cockpit.ui.postgres.held_servers import HeldServers
from cockpit.ui.postgres.postgres_view import way
from cockpit.ui.postgres.summary import summary
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.widgets.line import Span

_MOST_LINES: Final = 6
"""What does not fit is in the view of the servers."""


def overview(held: HeldServers, now: datetime) -> Summary:
    """Give each server a line, its own below it; a single one has nothing but its title while it is well."""
    names = held.names
    title = [Span("Postgres", "strong")]
    if len(names) == 1:
        head, below = _server(held, names[0], now)
        reading = held.reading(names[0])
        state = [state_span(reading, now, held.zone)]
        shown = [*title, Span(f" {names[0]}"), *([Span(" "), *head] if head else [])]
        return Summary(shown, state=state, lines=below[:_MOST_LINES], trouble=trouble_text(reading, held.zone))
    lines: list[Sequence[Span]] = []
    states: dict[int, Sequence[Span]] = {}
    for name in names:
        head, below = _server(held, name, now)
        states[len(lines)] = [Span(" "), state_span(held.reading(name), now, held.zone), Span(" ")]
        lines += [[Span(f" {name} ", "strong"), *head, Span(" ")], *([Span("  "), *line] for line in below)]
    return Summary([*title, Span(f" {len(names)} servers")], lines=lines[:_MOST_LINES], states=states)


def _server(held: HeldServers, name: str, now: datetime) -> tuple[Sequence[Span], Sequence[Sequence[Span]]]:
    """Say how a server is: beside its name, and below it. What is no longer true is drawn dim."""
    view = held.view(name, now)
    if view is None:
        return [], []
    told = summary(view)
    head = [*told.head, *way(view.look)]
    if is_old(held.reading(name), now):
        return dimmed(head), [dimmed(line) for line in told.lines]
    return head, told.lines
