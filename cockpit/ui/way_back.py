"""Where a person came from: escape leads back the way, step by step, to the view and the pane where they were."""

from typing import NamedTuple

from textual.widget import Widget


class Place(NamedTuple):
    """What is shown, and where keys go. Panes keep their cursors themselves."""

    view: str
    opened: bool = False
    """Whether the view of the pods shows an object in the place of its lists."""
    focused: Widget | None = None
    """None: what the view is about."""


class WayBack:
    """The places that were left, without detours: who comes to a view again is where they were before."""

    def __init__(self, home: str) -> None:
        """Begin in the view `home`, from which no way leads back."""
        self._home = home
        self._left: list[Place] = []

    def leave(self, place: Place) -> None:
        """Remember a place that is about to be left."""
        if not self._left or self._left[-1] != place:
            self._left.append(place)

    def arrive(self, view: str) -> None:
        """Take note of the view that a person chose."""
        at = [nth for nth, place in enumerate(self._left) if place.view == view]
        if view == self._home:
            self._left.clear()
        elif at:
            del self._left[at[-1] :]

    def leads_from(self, here: Place) -> bool:
        """Tell whether there is anywhere to go back to."""
        return bool(self._left) or here.opened or here.view != self._home

    def back(self, here: Place) -> Place:
        """Give the place before this one; home, when nobody knows."""
        while self._left:
            place = self._left.pop()
            if place[:2] != here[:2] or (place.focused is not here.focused and _is_seen(place.focused)):
                return place
        return Place(self._home)

    def forget(self) -> None:
        """Forget the way: what was there is no longer there."""
        self._left.clear()


def _is_seen(widget: Widget | None) -> bool:
    return widget is not None and widget.is_on_screen
