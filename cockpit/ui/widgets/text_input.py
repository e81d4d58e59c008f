"""A line in which a person types or pastes; what stands in it is drawn, so it is clean."""

from textual.events import Paste
from textual.reactive import var
from textual.widgets import Input

from cockpit.text import clean


class TextInput(Input):
    """An input whose text never holds what a terminal would obey.

    A paste of several lines becomes one line: nothing of it is lost.
    """

    cursor_blink = var(False, init=False)  # a blink is bytes over a slow line

    def validate_value(self, value: str) -> str:
        """Take out control characters, wherever they come from."""
        return clean(value)

    def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        self.replace(" ".join(event.text.split()), *sorted(self.selection))
