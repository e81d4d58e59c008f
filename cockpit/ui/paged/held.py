"""What a pane with pages is drawn from."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from cockpit.reading import Reading
from cockpit.ui.widgets.line import Span

V_co = TypeVar("V_co", covariant=True)


class Outlook(NamedTuple):
    """How far what is shown can be trusted, and as whom we look."""

    head: Sequence[Span] = ()
    """Stands in the title, whatever the page."""
    state: Sequence[Span] = ()
    """Stands at the right end of the title."""
    brief: Sequence[Span] = ()
    """Stands there instead where `head` would be cut."""
    trouble: tuple[str, str | None] = ("", None)
    """What failed, and what to type; an empty text while all is well."""
    old: bool = False
    """Things may have changed since: everything is drawn dim."""
    nothing: str = ""
    """Stands in the place of a page while there is none."""


class Held(Protocol[V_co]):
    """Keeps the newest readings of a kind of source, by the names of its subjects (accounts, say)."""

    zone: tzinfo

    @property
    def names(self) -> Sequence[str]:
        """The subjects that are read; none: the source is not in use."""

    def take(self, reading: Reading[Any]) -> bool:
        """Take over a reading; False when it is nothing that is drawn here."""

    def view(self, name: str, now: datetime) -> V_co | None:
        """Look at a subject; None before the first look."""

    def outlook(self, name: str, tab: str, now: datetime) -> Outlook:
        """Say how far a page of a subject can be trusted."""

    def copy(self) -> Self:
        """Hold what is held now, for as long as a person pauses."""
