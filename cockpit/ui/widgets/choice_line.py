"""A line that names what there is to choose from, side by side, and which of it is shown."""

from collections.abc import Sequence

from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Line, Span

_EDGE = 3
"""Cells at either end, for the signs that there is more."""
_HINT = "← → "


class ChoiceLine(Line):
    """Kinds of objects, or pages of one; as many around the shown one as fit."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._kinds: Sequence[tuple[str, Tone]] = ()
        self._current = 0

    def show_kinds(self, kinds: Sequence[tuple[str, Tone]], current: int) -> None:
        """Draw these kinds, each with what its state looks like; the one at position `current` is in view."""
        self._kinds, self._current = kinds, current
        self.redraw()

    def _texts(self, _: int) -> tuple[Sequence[Span], Sequence[Span]]:
        if not self._kinds:
            return (), ()
        first, last = self._fitting()
        spans = [Span(" < " if first else "   ", "dim")]
        for at in range(first, last + 1):
            name, tone = self._kinds[at]
            spans.append(Span(f"[{name}]", "strong") if at == self._current else Span(f" {name} ", tone))
        spans.append(Span(" >" if last + 1 < len(self._kinds) else "", "dim"))
        return spans, [Span(_HINT, "dim")]

    def _fitting(self) -> tuple[int, int]:
        """Give the first and the last kind that fit, the shown one among them."""
        room = self.size.width - 2 * _EDGE - len(_HINT)
        first = last = self._current
        used = len(self._kinds[self._current][0]) + 2
        grown = True
        while grown:
            grown = False
            for at in (last + 1, first - 1):
                if 0 <= at < len(self._kinds) and used + len(self._kinds[at][0]) + 2 <= room:
                    used += len(self._kinds[at][0]) + 2
                    first, last = min(first, at), max(last, at)
                    grown = True
        return first, last
