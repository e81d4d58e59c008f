"""Which page is shown, and what a person has chosen for each."""

from collections.abc import Sequence
from typing import Any, Generic

from msgspec.structs import replace

from cockpit.ui.paged.page import Choices, Tab, V
from cockpit.ui.widgets.choice_line import ChoiceLine


class ChosenPages(Generic[V]):
    """The pages in their order; each keeps what was chosen for it."""

    def __init__(self, tabs: Sequence[Tab[V]]) -> None:
        """Begin with the first of `tabs`."""
        self.line = ChoiceLine()
        """Names them, and says which is shown."""
        self._tabs = tuple(tabs)
        self._at = 0
        self._choices = [Choices() for _ in tabs]

    @property
    def tab(self) -> Tab[V]:
        """The page that is shown."""
        return self._tabs[self._at]

    @property
    def choices(self) -> Choices:
        """What was chosen for it."""
        return self._choices[self._at]

    def choose(self, **changes: Any) -> None:
        """Choose something else for the page that is shown: fields of its `Choices`."""
        self._choices[self._at] = replace(self.choices, **changes)

    def turn_to(self, title: str) -> None:
        """Show the page of this title."""
        self._at = [each.title for each in self._tabs].index(title)

    def turn(self, pages: int) -> None:
        """Turn so many pages, round from the last to the first."""
        self._at = (self._at + pages) % len(self._tabs)

    def draw(self) -> None:
        """Bring the line of names up to date."""
        self.line.show_kinds([(tab.title, "") for tab in self._tabs], self._at)
