"""What stands over the panes until it is answered or left."""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T | None]):
    """A screen over the others. Escape leaves it without an answer, and so does whatever else leaves things."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+q", "dismiss(None)", "back", id="dialog.leave", priority=True, tooltip="Back"),
    ]
